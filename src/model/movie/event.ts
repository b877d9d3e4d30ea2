import type { JobErrorCode } from '../error/job-error-code.js'
import type { ArtifactId, BlobHash, ElementMoves, JobId, RunId } from '../id.js'
import type { JsonObject, JsonValue } from '../json.js'
import type { ReviewEvent } from '../review/artifact-review.js'
import type { ProviderModel } from '../run/provider-model.js'
import type { RunCounts, RunStatus, StopReason } from '../run/run-status.js'
import type { RecordedExpansion } from './expansion.js'

/** Bytes in the blob store, named by their SHA-256. */
export interface BlobRef {
  /** SHA-256 of the bytes, in hex. */
  readonly hash: BlobHash
  /** Of the bytes. */
  readonly sizeBytes: number
  /** What its bytes are, whatever their label said. */
  readonly mimeType: string
}

/** The outputs of a rejected answer by name: a list where an output is spread over loops. */
export type AnswerOutputs = Readonly<Record<string, JsonValue | BlobRef | readonly (JsonValue | BlobRef)[]>>

/** Why an attempt failed. */
export interface JobError {
  /** Decides whether it is tried again. */
  readonly code: JobErrorCode
  /** For a person to read; secrets are blanked out. */
  readonly message: string
  /** The provider's wish, in milliseconds, for the next attempt. */
  readonly retryAfterMs?: number
  /** The service has not taken the request: nothing was paid, and no job is to blame. */
  readonly isUnserved?: true
  /** Every job with the same account, model and settings fails the same way, as after any `auth`. */
  readonly isOfSetup?: true
}

/** Why a job was skipped: its own condition, or the job it needs. */
export type SkipReason =
  | { /** Its condition is false. */ readonly type: 'condition' }
  | {
      /** A job that it needs has no result. */
      readonly type: 'upstream'
      /** That job. */
      readonly jobId: JobId
      /** How that job ended. */
      readonly state: 'failed' | 'skipped'
    }

interface Stamped {
  /** ISO 8601, UTC, of the moment of decision. Never used for ordering. */
  readonly timestamp: string
}

export interface WriterOpened extends Stamped {
  readonly type: 'writer.opened'
  readonly token: number
  /** host/pid/nonce */
  readonly holder: string
  /** Tells two openers of the same token apart; made by the log. */
  readonly nonce?: string
}
interface WriterClosed extends Stamped {
  readonly type: 'writer.closed'
  readonly token: number
}
interface RunStarted extends Stamped {
  readonly type: 'run.started'
  readonly runId: RunId
  readonly planHash: string
  readonly concurrency: number
  /** The producers that it ends with, of a run that is not to make all. */
  readonly until?: readonly string[]
  /** Jobs of which something is kept (pins, edits, checkpoints), and whose elements stand elsewhere in their lists since the last run. */
  readonly moved?: ElementMoves
}
export interface RunFinished extends Stamped {
  readonly type: 'run.finished'
  readonly runId: RunId
  readonly status: RunStatus
  /** Of a run that was `stopped`. */
  readonly stopReason?: StopReason
  /** What a service that stopped the run has said, and what to do. */
  readonly stopMessage?: string
  readonly counts: RunCounts
  readonly durationMs: number
  readonly costUsd: number
}
export interface JobSubmitted extends Stamped {
  readonly type: 'job.submitted'
  readonly jobId: JobId
  readonly attempt: number
  readonly inputsHash: string
  readonly checkpoint: JsonValue
  /** What it names has ended without a result. */
  readonly isOver?: true
  /** What the work is known by to its service, where the job's name does not tell it; see decision 0008. */
  readonly workKey?: string
  /** The most that the service may charge for it, in US dollars; absent when no price bounds it. */
  readonly uncertainCostUsd?: number
  /** Who has taken it; absent where only one may. */
  readonly by?: ProviderModel
}
/** A version of an artifact: what a job has made, or a user's own. */
export interface ArtifactMade extends Stamped {
  /** The kind of event. */
  readonly type: 'artifact'
  /** The artifact. */
  readonly artifactId: ArtifactId
  /** Inline value; absent when `blob` is there. */
  readonly value?: JsonValue
  /** Bytes in the store; absent when `value` is there. */
  readonly blob?: BlobRef
  /** SHA-256 of the value or the blob. Absent only in foreign logs. */
  readonly hash?: string
  /** SHA-256 of what its job was given. */
  readonly inputsHash?: string
  /** The job that has made it; absent for a user's own version. */
  readonly jobId?: JobId
  /** Of the job, from 1. */
  readonly attempt?: number
  /** Of a user's own version: the number of the event whose version it repeats, since they have restored that one. */
  readonly restored?: number
}
/** Keeps an artifact as it is, whatever its job makes from now on. */
export interface ArtifactPinned extends Stamped {
  readonly type: 'artifact.pinned'
  readonly artifactId: ArtifactId
  /** The version is a user's own, recorded just before as an `artifact` without a job. */
  readonly isEdited?: true
}
/** Gives an artifact back to its job; the next run regenerates a user's own version. */
export interface ArtifactUnpinned extends Stamped {
  readonly type: 'artifact.unpinned'
  readonly artifactId: ArtifactId
}
/** The artifact is not there any more, nor any version before: its row, loop or output is gone, and `gc` has taken it. */
export interface ArtifactRemoved extends Stamped {
  readonly type: 'artifact.removed'
  readonly artifactId: ArtifactId
}
/** The user wants these jobs made once more; recorded before the first call, it holds until each has been made. */
export interface RegenerateRequested extends Stamped {
  readonly type: 'regenerate.requested'
  /** All their jobs that have been made, or have failed. */
  readonly producers?: readonly string[]
  readonly jobs?: readonly JobId[]
  /** Jobs of `producers` that are left as they are, since everything they make is pinned. */
  readonly except?: readonly JobId[]
}
/** Where the artifacts of a job came from whose provider was not called. */
export type ReuseSource = 'cache' | 'job'

export interface JobSucceeded extends Stamped {
  readonly type: 'job.succeeded'
  readonly jobId: JobId
  readonly attempt: number
  readonly durationMs: number
  /** `name:digest` of each input, to name the one that changed: 8 hex digits of its content hash, names percent-encoded. */
  readonly inputs?: string
  /** Of a job that has made no artifact, which would say it: all its outputs are spread over empty lists. */
  readonly inputsHash?: string
  readonly usage?: JsonObject
  /** In US dollars. */
  readonly costUsd?: number
  /** The most that it may have cost, in US dollars, where nobody says what it did. */
  readonly uncertainCostUsd?: number
  /** The provider was not called: `cache` for the shared cache, `job` for a job with the same inputs. */
  readonly reused?: ReuseSource
  /** With `reused: "job"`, whose result it has taken; absent in logs of older versions, and where it had one itself. */
  readonly from?: JobId
  /** Who has answered; absent where only one may, which the run's record names. */
  readonly by?: ProviderModel
}
export interface JobFailed extends Stamped {
  readonly type: 'job.failed'
  readonly jobId: JobId
  readonly attempt: number
  readonly durationMs: number
  readonly error: JobError
  /** Who has failed; absent where only one may answer. */
  readonly by?: ProviderModel
  /** The next attempt is sent to the next of those who may answer. */
  readonly movesOn?: true
  /** True when another attempt follows in this run. */
  readonly willRetry?: boolean
  /** What the provider counted for an answer that could not be used. */
  readonly usage?: JsonObject
  /** Of this attempt, in US dollars. */
  readonly costUsd?: number
  /** The most that this attempt may have cost, in US dollars, where nobody says what it did. */
  readonly uncertainCostUsd?: number
  /** `costUsd` is of work that the next attempt goes on with: that one is charged only what comes on top. */
  readonly isOfCheckpoint?: true
  /** The beginning of what the service answered, where it was of no use. */
  readonly answer?: string
  /** Of a failure with the code `rejected`: the whole answer. */
  readonly rejected?: {
    readonly inputsHash: string
    /** Absent where no outputs could be read from it: `answer` has it then. */
    readonly outputs?: AnswerOutputs
  }
  /** The store has failed, and not the provider: what that has done still stands. */
  readonly isOfStore?: true
}
/** What an engine has learned of a service's limits; for people to read and for plots; nothing is derived from it. */
export interface LimitAdjusted extends Stamped {
  readonly type: 'limit.adjusted'
  /** The provider's name, or that of its group; with the model when it has limits of its own. */
  readonly limiter: string
  /** Attempts at the same time; absent: unlimited. */
  readonly concurrency?: number
  readonly requestsPerMinute?: number
}
export interface JobSkipped extends Stamped {
  readonly type: 'job.skipped'
  readonly jobId: JobId
  readonly reason: SkipReason
}

/** A persisted fact, one JSON line of the log. Unknown types and fields are kept and ignored. */
export type MovieEvent =
  | WriterOpened
  | WriterClosed
  | RunStarted
  | RunFinished
  | RegenerateRequested
  | JobSubmitted
  | ArtifactMade
  | ArtifactPinned
  | ArtifactUnpinned
  | ArtifactRemoved
  | ReviewEvent
  | JobSucceeded
  | JobFailed
  | JobSkipped
  | (Stamped & RecordedExpansion & { readonly type: 'loop.expanded' })
  | LimitAdjusted

/** An event with its place in the one order that every reader sees; `seq` counts from 1. */
export interface LoggedEvent {
  /** Its number in the log, from 1. */
  readonly seq: number
  /** What has happened. */
  readonly event: MovieEvent
}

/** The kinds of events. */
export type EventType = MovieEvent['type']
