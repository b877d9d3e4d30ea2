import type { JobId } from '../model/id.js'
import type { AttemptCancelReason, JobAssignment } from '../model/job.js'
import type { BlobRef } from '../model/movie/event.js'
import type { Family } from '../plan/geometry/family.js'
import type { RunReason } from '../plan/up-to-date/planned-action.js'

/** One job that starts, with why. */
export interface Start {
  readonly jobId: JobId
  readonly assignment: JobAssignment
  readonly reason: RunReason
}

/** Something decided and not yet done. Performed only after the events decided with it are durable. */
export type Effect =
  | {
      readonly type: 'dispatch'
      readonly family: Family
      /** Who answers them: a number of the plan's targets. */
      readonly target: number
      readonly starts: readonly Start[]
    }
  | { readonly type: 'cancel'; readonly jobs: readonly number[]; readonly reason: AttemptCancelReason }
  | {
      readonly type: 'acknowledge'
      readonly job: number
      readonly attempt: number
      readonly requestNumber: number
    }
  | { readonly type: 'arm-retry'; readonly job: number; readonly delayMs: number }
  /** At most one is armed; a new one takes its place. */
  | { readonly type: 'arm-admission'; readonly delayMs: number }
  /** Tells whoever has asked what has become of it. */
  | { readonly type: 'answer'; readonly tell: () => void }
  | { readonly type: 'load-values'; readonly job: number; readonly blobs: readonly BlobRef[] }
