import type { ElementName } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { InputValue } from '../../model/provider/provider.js'
import type { Family } from '../geometry/family.js'

export interface ResolvedJob {
  readonly indices: readonly number[]
  /** What names these elements in ids; absent: their indices do. */
  readonly names?: readonly ElementName[]
  readonly inputs: Record<string, InputValue>
  readonly loads: readonly { path: readonly (string | number)[]; blob: BlobRef }[]
  readonly inputsHash: string
  /** References without `?` to a part that a JSON value does not have: the job cannot run. */
  readonly absent: readonly string[]
  /** See `JobSucceeded.inputs`; `(settings)` stands for the provider's set-up. */
  readonly digests: string
  /** Blobs among the inputs, those in `loads` too. */
  readonly blobBytes: number
  /** Of them, those that the provider gets as files. */
  readonly fileCount: number
}

export type Resolution =
  | { readonly state: 'resolved'; readonly job: ResolvedJob }
  /** These blobs must be loaded first. */
  | { readonly state: 'missing'; readonly blobs: readonly BlobRef[] }

/** What a job reads, from whatever its run knows. */
export interface InputResolver {
  resolve(family: Family, job: number): Resolution
}
