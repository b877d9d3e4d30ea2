import type { ArtifactId, JobId, MovieId, RunId } from '../id.js'
import type { JsonValue } from '../json.js'
import type { JobFeedback, RejectionCount } from '../provider/feedback.js'
import type { ArtifactReview } from '../review/artifact-review.js'
import type { ProviderModel } from '../run/provider-model.js'
import type { RunStatus, StopReason } from '../run/run-status.js'
import type { BlobRef, JobError, SkipReason } from './event.js'
import type { LogPosition } from './log-position.js'
import type { ModelUse } from './results/model-use.js'

/** A run, as status and manifest know it. */
export interface RunRecord {
  /** The run's id, as in the log. */
  readonly runId: RunId
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** The producers that it ended with (`until`); absent: it was to make all. */
  readonly until?: readonly string[]
  /** ISO 8601, UTC; absent while it lasts, and for a run that was killed. */
  readonly finishedAt?: string
  /** How it ended; absent while it lasts, and for a run that was killed. */
  readonly status?: RunStatus
  /** Of a run that was `stopped`. */
  readonly stopReason?: StopReason
  /** What a service that stopped it has said, and what to do. */
  readonly stopMessage?: string
}

export interface ManifestHeader {
  readonly format: 'showrunner-manifest'
  /** 2 for one that has `results` or reviews, 3 for one that has `lists`, which older versions cannot read. */
  readonly version: 1 | 2 | 3
  readonly movieId: MovieId
  /** From 1, without gaps. */
  readonly revision: number
  /** SHA-256 of the previous revision's file, or null for revision 1. */
  readonly previousHash: string | null
  /** The part of the log that this manifest is the fold of. */
  readonly position: LogPosition
  readonly savedAt: string
  readonly lastRun: RunRecord | null
  /** Sum over all attempts, in US dollars. */
  readonly costUsd: number
  /** The same by producer, of those that cost something; absent from manifests of older versions. */
  readonly costsUsd?: Readonly<Record<string, number>>
  /** By producer: the most that attempts may have cost of which nobody says what they did, in US dollars. */
  readonly uncertainCostsUsd?: Readonly<Record<string, number>>
  /** By producer, where several may answer: what each of them has done; absent: none. */
  readonly services?: Readonly<Record<string, readonly ModelUse[]>>
  /** Answers that checks have rejected, by producer; absent: none. */
  readonly rejections?: Readonly<Record<string, RejectionCount>>
}

/** Current state of one artifact. */
export interface ArtifactRecord {
  /** Its id, `Producer:Picture[3].Image`. */
  readonly artifactId: ArtifactId
  /** Inline value; absent when `blob` is there. */
  readonly value?: JsonValue
  /** Bytes in the store; absent when `value` is there. */
  readonly blob?: BlobRef
  /** SHA-256 of the value or of the bytes, in hex. */
  readonly hash: string
  /** What a user has said about it; absent when nothing. */
  readonly override?: Override
  /** Its job has made another version since, which a pin has kept away; without the pin the next run takes that one. */
  readonly isOutdated?: true
  /** How this version stands with the people who judge it; absent when nobody is to and nobody has. */
  readonly review?: ArtifactReview
}

/**
 * What a user has said about an artifact: `pinned`, it stays as its job made it; `edited`, it is a version of their
 * own; `unpinned`, it is a version of their own that stands until its job makes another one.
 */
export type Override = 'pinned' | 'edited' | 'unpinned'

/** What a provider has recorded of a job. */
export interface Checkpoint {
  readonly inputsHash: string
  readonly value: JsonValue
  /** Nothing is under way at the provider. */
  readonly isOver?: true
  /** As in `JobSubmitted`. */
  readonly workKey?: string
  /** What the job was called then, where it has another name now and there is no `workKey`; with its last success before. */
  readonly submittedAs?: { readonly jobId: JobId; readonly generation: number }
  /** The most that the service may charge for it, in US dollars, as long as nobody has said what it did. */
  readonly uncertainCostUsd?: number
  /** Who has it, where several may answer. */
  readonly by?: ProviderModel
  /** What attempts that went on with it have been charged already, in US dollars. */
  readonly chargedCostUsd?: number
}

/** Last known state of one job. */
export interface JobRecord {
  readonly jobId: JobId
  readonly state: 'submitted' | 'succeeded' | 'failed' | 'skipped'
  /** Last attempt that was logged; 0 when none was. */
  readonly attempt: number
  /** Last attempt that succeeded; 0 when none did. */
  readonly succeededAttempt: number
  /** Of the last success. */
  readonly inputsHash?: string
  readonly inputs?: string
  /** Who has answered, of several who may; absent where only one may. */
  readonly by?: ProviderModel
  readonly checkpoint?: Checkpoint
  readonly error?: JobError
  /** It failed, and was to be tried again; absent from manifests of older versions. */
  readonly willRetry?: true
  /** Answers that were rejected, and what is told when the job is asked again; absent from manifests of older versions. */
  readonly feedback?: JobFeedback
  /** The user wants it made once more; absent from manifests of older versions. */
  readonly toRegenerate?: true
  readonly reason?: SkipReason
}
