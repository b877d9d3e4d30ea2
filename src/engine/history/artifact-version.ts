import type { RunId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { BlobRef, ReuseSource } from '../../model/movie/event.js'
import type { Override } from '../../model/movie/manifest.js'
import type { ArtifactReview } from '../../model/review/artifact-review.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import type { OutputBlob } from '../outputs/output-blob.js'

/** One version of an artifact, as the log has it. */
export interface RecordedVersion {
  /** From 1, in the order in which they were made; by this number it is restored. */
  readonly version: number
  /** The number of its event in the log. */
  readonly seq: number
  /** ISO 8601, UTC. */
  readonly madeAt: string
  /** The run that made it; absent for what was made between runs. */
  readonly runId?: RunId
  /** `job`: its job made it; `user`: it was put there by `edit` or `restore`, or by another program. */
  readonly madeBy: 'job' | 'user'
  /** SHA-256 of the value or of the bytes, in hex. */
  readonly hash: string
  /** Of the value as text, or of the bytes. */
  readonly sizeBytes: number
  /** Inline value; absent when there is a `blob`. */
  readonly value?: JsonValue
  /** Its bytes; absent when there is a `value`. */
  readonly blob?: BlobRef
  /** Of the attempt that made it, all outputs of the job together, in US dollars; absent: nothing is known. */
  readonly costUsd?: number
  /** Who has made it, where several may answer its job. */
  readonly by?: ProviderModel
  /** The provider was not called: it was taken from there. */
  readonly reused?: ReuseSource
  /** Tells what it was made from: the same for versions that are made from the same. Absent for a user's own. */
  readonly inputsHash?: string
  /** The version that it repeats, since somebody restored that one. */
  readonly restoredFrom?: number
  /** It is what readers of the artifact get now. */
  readonly isCurrent: boolean
  /** What a user has said about the current version; absent for others. */
  readonly override?: Override
  /** What a person has said of it last; absent: nobody has judged it, and it does not wait for anybody. */
  readonly review?: ArtifactReview
  /** The store does not have its bytes any more: it cannot be restored. */
  readonly isMissing?: true
}

/** One version of an artifact, with a handle of its bytes. */
export type ArtifactVersion = Omit<RecordedVersion, 'blob'> & {
  /** Its bytes, to be read when they are wanted. */
  readonly blob?: OutputBlob
}
