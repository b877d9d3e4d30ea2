import type { ElementName } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { InputValue } from '../../model/provider/provider.js'
import type { ValueLoad } from '../../model/provider/value-load.js'
import type { Family } from '../geometry/family.js'

export interface ResolvedJob {
  readonly indices: readonly number[]
  /** What names these elements in ids; absent: their indices do. */
  readonly names?: readonly ElementName[]
  readonly inputs: Record<string, InputValue>
  readonly loads: readonly ValueLoad[]
  readonly inputsHash: string
  /** References without `?` to a part that a JSON value does not have: the job cannot run. */
  readonly absent: readonly string[]
  /** See `JobSucceeded.inputs`; `(settings)` stands for the provider's set-up. */
  readonly digests: string
  /** Tells its provider's code, as in `digests`; absent: nothing is known of it. */
  readonly code?: string | undefined
  /** Blobs among the inputs, those in `loads` too. */
  readonly blobBytes: number
  /** Of them, those that the provider gets as files. */
  readonly fileCount: number
  /** What `inputsHash` and `digests` are for each provider that may answer it, in their order; absent: for the one. */
  readonly targets?: readonly ResolvedTarget[]
}

/** What a result is known by: the settings of who answers are part of it. */
export type ResolvedTarget = Pick<ResolvedJob, 'inputsHash' | 'digests' | 'code'>

/** The job as one of its providers answers it. @param place of the provider, from 0 */
export const resolvedFor = (job: ResolvedJob, place: number): ResolvedJob =>
  job.targets === undefined ? job : { ...job, ...job.targets[place]! }

/** The place of the provider whose answers are known by this hash; undefined: of none. */
export function placeOfHash(job: ResolvedJob, inputsHash: string | undefined): number | undefined {
  if (job.targets === undefined) return job.inputsHash === inputsHash ? 0 : undefined
  const place = job.targets.findIndex(target => target.inputsHash === inputsHash)
  return place === -1 ? undefined : place
}

/** Names what a job reads and its producer's settings, whoever answers it. */
export const ownHash = (job: ResolvedJob): string => job.targets?.[0]?.inputsHash ?? job.inputsHash

export type Resolution =
  | { readonly state: 'resolved'; readonly job: ResolvedJob }
  /** These blobs must be loaded first. */
  | { readonly state: 'missing'; readonly blobs: readonly BlobRef[] }

/** What a job reads, from whatever its run knows. */
export interface InputResolver {
  resolve(family: Family, job: number): Resolution
}
