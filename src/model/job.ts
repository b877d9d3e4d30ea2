import type { CheckSpec } from './check/check-spec.js'
import { type ElementName, elementText, type JobId, jobId, type RunId } from './id.js'
import type { JsonObject, JsonValue } from './json.js'
import type { AnswerOutputs, BlobRef, JobError, ReuseSource } from './movie/event.js'
import type { Feedback } from './provider/feedback.js'
import type { InputValue, LogLevel, OutputRequest } from './provider/provider.js'
import type { RateLimitReport } from './provider/rate-limit.js'
import type { ValueLoad } from './provider/value-load.js'
import type { HostProgress } from './run/host-progress.js'
import { sha256 } from './sha256.js'

/**
 * Names a provider's code to whoever runs its jobs: it says which code, and not where. A worker finds the code in its
 * own installation.
 */
export type ProviderCode =
  | {
      /** A module that workers load. */
      readonly type: 'module'
      /** The provider's name in blueprints. */
      readonly name: string
      /** The built-in provider that it is; absent: the module that is configured under `name`. */
      readonly builtin?: string
      /** Of the code's content, or of the version that the user gave it; absent: nothing is known of it. */
      readonly hash?: string
    }
  | {
      /** A function in the process that opened the engine. */
      readonly type: 'inline'
      readonly name: string
      readonly hash?: string
    }

/** What all jobs of one producer share; sent to a worker once. */
export interface JobTemplate {
  /** Unique in the process. */
  readonly templateId: number
  readonly movieId: string
  readonly producer: string
  readonly provider: ProviderCode
  readonly model: string | undefined
  readonly config: JsonObject
  readonly loops: readonly string[]
  readonly outputs: Readonly<Record<string, OutputRequest>>
  readonly timeoutMs: number
  /** What an answer must be to count; absent: any does. */
  readonly check?: CheckSpec
  /** Its results may come from the cache of all movies, and go there. */
  readonly isReusable?: true
  /** Places in `loops` of those that `inputs` do not depend on; absent: none. */
  readonly unreadLoops?: readonly number[]
  /** Places in `loops` of those whose elements have no keys, and tell nothing that is not in `inputs`; absent: none. */
  readonly keylessLoops?: readonly number[]
}

/** Names a run to a worker: by its id, and by the fencing token with which it writes the log. */
export interface RunAddress {
  readonly run: RunId
  readonly token: number
}

/** Names one attempt of a run. `job` is the job's number in the run's one plan. */
export interface AttemptAddress {
  readonly job: number
  readonly attempt: number
}

/** One attempt, on its way to a worker. */
export interface JobAssignment extends AttemptAddress {
  /** 0-based, in the order of the template's `loops`. */
  readonly indices: readonly number[]
  /** What names these elements in ids; absent: their indices do. */
  readonly names?: readonly ElementName[]
  readonly inputs: Readonly<Record<string, InputValue>>
  /** Into `inputs`. */
  readonly loads?: readonly ValueLoad[]
  readonly inputsHash: string
  /** The last attempt that succeeded before, 0 when none did: a job that is regenerated is new work for its provider. */
  readonly generation: number
  readonly resume?: JsonValue
  /** Answers to the same inputs that were rejected, oldest first; absent: none. */
  readonly feedback?: readonly Feedback[]
  /** The user wants a new result, although there is one. */
  readonly isFresh?: true
  /** It is not the one call for all jobs with its inputs: its position is a part of its idempotency key. */
  readonly isOwnCall?: true
  /** What the work that is under way is known by, as it was recorded with `resume`. */
  readonly workKey?: string
  /** Workers that this job has lost in this run; absent: none. It runs apart from jobs that have lost none. */
  readonly losses?: number
  /** Of the attempt's span, as W3C Trace Context writes it; absent: the run is not traced. */
  readonly traceparent?: string
}

/** The id of the job an assignment is an attempt at. */
export const assignedJobId = (template: JobTemplate, assignment: JobAssignment): JobId =>
  jobId(template.producer, assignment.names ?? assignment.indices)

/**
 * The same for all jobs that may share a result, of any movie. Jobs that differ only in a loop which they do not
 * read are variants of one thing, so their element of that loop is part of it.
 */
export function reuseKey(template: JobTemplate, assignment: JobAssignment): string {
  const { hash } = template.provider
  const key = reuseKeyOfAnyCode(template, assignment)
  return hash === undefined ? key : sha256(`${key}\ncode ${hash}`)
}

/** The key of entries from before the code of providers was compared. */
export function reuseKeyOfAnyCode(
  template: JobTemplate,
  { inputsHash, indices, names = indices }: Pick<JobAssignment, 'inputsHash' | 'indices' | 'names'>,
): string {
  const { unreadLoops = [] } = template
  if (unreadLoops.length === 0) return inputsHash
  return sha256(`${inputsHash}\n${unreadLoops.map(position => elementText(names[position]!)).join(',')}`)
}

/** One artifact of a settled job. `index` is the flat (row-major) position in an output spread over loops. */
export interface ProducedArtifact {
  readonly output: string
  readonly index: number
  readonly value?: JsonValue
  readonly blob?: BlobRef
  readonly hash: string
}

export type JobOutcome =
  | {
      readonly state: 'succeeded'
      readonly artifacts: readonly ProducedArtifact[]
      readonly usage?: JsonObject
      readonly costUsd?: number
      /** No provider was called: the artifacts come from there. */
      readonly reused?: ReuseSource
    }
  | {
      readonly state: 'failed'
      readonly error: JobError
      readonly usage?: JsonObject
      readonly costUsd?: number
      /** The provider answered, did not say what that costs, and its answer could not be used. */
      readonly isAnswered?: true
      /** The beginning of the answer. */
      readonly answer?: string
      /** The answer that a check has rejected, by output name; its bytes are in the store. */
      readonly rejected?: AnswerOutputs
      /** The store failed, not the provider. */
      readonly isOfStore?: true
      /** The store's message when it takes no more bytes: the next results would be lost as well. */
      readonly storeFull?: string
      /** The job lost its worker, and no other job can be the cause. */
      readonly isSoleSuspect?: true
    }

/** A job's artifacts and its outcome arrive as one message. */
export interface JobSettled extends AttemptAddress {
  readonly type: 'job.settled'
  readonly durationMs: number
  readonly outcome: JobOutcome
  /** Its result is on the way to the cache; `job.filed` follows. */
  readonly isFiling?: true
  /** What the service said about its limits; absent: nothing. */
  readonly limits?: RateLimitReport
  /**
   * Of what the attempt was given. From workers that more than one writer of a movie may have sent jobs to; absent: the
   * attempt's number alone says which work it was.
   */
  readonly inputsHash?: string
}

/** A provider's `checkpoint(value)`; answered with the same number once it is durable. */
export interface JobCheckpoint extends AttemptAddress {
  readonly type: 'job.checkpoint'
  readonly requestNumber: number
  readonly checkpoint: JsonValue
  /** The provider has no work of this job left. */
  readonly isOver?: true
  /** Absent where the job's name tells it. */
  readonly workKey?: string
}

/** Neither reaches the log; both may be dropped when they come too fast. */
export interface JobProgress extends AttemptAddress {
  readonly type: 'job.progress'
  readonly fraction: number
  readonly note?: string
}
export interface JobLog extends AttemptAddress {
  readonly type: 'job.log'
  readonly level: LogLevel
  readonly message: string
}

/** What other jobs may reuse is in the cache, or will not be. Stays between a worker and its executor. */
export interface JobFiled extends AttemptAddress {
  readonly type: 'job.filed'
  /** Why it is not in the cache. */
  readonly problem?: string
}

export type JobMessage = JobSettled | JobCheckpoint | JobProgress | JobLog

/**
 * Why an attempt is told to stop. `released`: the run goes on elsewhere or later, so work at a service is left running,
 * as after a timeout.
 */
export type AttemptCancelReason = 'cancelled' | 'timeout' | 'released'

/**
 * Executes the jobs of one run; every message about them goes to the listener with which the run was opened. Each
 * dispatched attempt settles exactly once, with the last message about it, unless the run is closed before.
 */
export interface JobExecutor {
  /**
   * How many more jobs it could start now. Whoever dispatches asks first, so that a permit never waits in a queue; a
   * dispatch of more is no mistake, and waits. Infinity: as many as come.
   */
  readonly freePlaces: number
  /** @throws ShowrunnerError `ENGINE_CLOSED` after {@link close}; DataCloneError when something is not plain data */
  dispatch(template: JobTemplate, jobs: readonly JobAssignment[]): void
  /** Aborts the signal of running attempts; each still settles with a message, at the latest after the grace. */
  cancel(jobs: readonly number[], reason: AttemptCancelReason): void
  /** Tells the provider that its checkpoint is durable. */
  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void
  /** All messages up to those that came with this receipt are in the log, or mean nothing to it: they may be forgotten. */
  recorded(receipt: number): void
  /** The hosts that jobs run on; absent: they run on this one. */
  hosts?(): readonly HostProgress[]
  /**
   * Tells of nothing any more. What still runs is aborted and waited for, or left to hosts that finish it for whoever
   * runs the movie next; work at a service is left running. Idempotent.
   */
  close(): Promise<void>
}
