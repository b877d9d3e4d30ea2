import type { ReadElement } from '../../model/artifact-address.js'
import { parseWritten, type WrittenAddress } from '../../model/artifact-address.js'
import { type ArtifactId, artifactId, jobId } from '../../model/id.js'
import { elementsOfKey } from '../outputs/job-key.js'
import type { ElementKey, JobKey } from '../outputs/job-outputs.js'

/** Names an artifact by its parts. */
export interface ArtifactAddress {
  /** The producer's name. */
  readonly producer: string
  /** Of the job: keys as texts, positions as numbers; to be left out for a producer without a loop. */
  readonly key?: JobKey
  /** The name of the output. */
  readonly output: string
  /** In an output that is spread over loops: one key for each of them. */
  readonly at?: ElementKey | readonly ElementKey[]
}

/** What somebody means by an id, with or without `Producer:`, or by parts. @throws ShowrunnerError `USAGE_INVALID` */
export function writtenAddress(
  artifact: string | ArtifactAddress,
): WrittenAddress & { readonly id: ArtifactId } {
  if (typeof artifact === 'string') {
    const id = (artifact.startsWith('Producer:') ? artifact : `Producer:${artifact}`) as ArtifactId
    return { ...(parseWritten(artifact) ?? { producer: '', elements: [], outputElements: [] }), id }
  }
  const { producer, output } = artifact
  const elements = elementsOfKey(artifact.key)
  const outputElements = elementsOfKey(artifact.at)
  const nameOf = ({ name }: ReadElement) => name
  const id = artifactId(jobId(producer, elements.map(nameOf)), output, outputElements.map(nameOf))
  return { producer, elements, output, outputElements, id }
}
