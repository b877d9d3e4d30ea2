import { type ArtifactId, artifactId, jobId } from '../../model/id.js'
import { indicesOfKey } from '../outputs/job-key.js'
import type { ElementKey, JobKey } from '../outputs/job-outputs.js'

/** Names an artifact by its parts. */
export interface ArtifactAddress {
  readonly producer: string
  /** Of the job; to be left out for a producer without a loop. */
  readonly key?: JobKey
  readonly output: string
  /** In an output that is spread over loops: one key for each of them. */
  readonly at?: ElementKey | readonly ElementKey[]
}

/** `Picture[3].Image` will do for `Producer:Picture[3].Image`. @throws ShowrunnerError `USAGE_INVALID` */
export function artifactIdOf(artifact: string | ArtifactAddress): ArtifactId {
  if (typeof artifact === 'string')
    return (artifact.startsWith('Producer:') ? artifact : `Producer:${artifact}`) as ArtifactId
  const { producer, key, output, at } = artifact
  return artifactId(jobId(producer, indicesOfKey(key)), output, indicesOfKey(at))
}
