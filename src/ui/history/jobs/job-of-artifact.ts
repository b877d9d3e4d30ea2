import { parseAddress } from '../../../model/artifact-address.js'
import { type ArtifactId, type JobId, jobId } from '../../../model/id.js'

/** `Producer:Picture[3].Image[0]` → `Producer:Picture[3]` */
export function jobOfArtifact(id: ArtifactId): JobId {
  const address = parseAddress(id)
  return address ? jobId(address.producer, address.elements) : (id as string as JobId)
}
