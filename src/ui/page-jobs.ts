import type { DatedNote } from '../engine/recent-notes.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { ProviderModel } from '../model/run/provider-model.js'
import type { JobChange, JobState } from './history/jobs/job-change.js'
import type { Reason } from './history/reasons.js'

/** What the server tells the page of jobs. Times are milliseconds since 1970, amounts US dollars. */

export interface OutputData {
  readonly name: string
  /** The event that made it: names it in the address of its content. */
  readonly seq: number
  /** SHA-256 of its content: an edit says from which one it starts. */
  readonly hash?: string
  readonly override?: 'edited' | 'pinned'
  readonly mimeType?: string
  readonly sizeBytes?: number
  /** The beginning of a text, or of a value as JSON. */
  readonly text?: string
  readonly isCut?: boolean
}

export interface JobData {
  readonly job: number
  readonly id: string
  readonly producer: string
  /** What its id says besides the producer: `[3]`. */
  readonly key: string
  readonly state: JobState
  readonly attempts: number
  readonly atMs?: number
  readonly durationMs?: number
  readonly costUsd: number
  readonly reason?: Reason
  readonly override?: 'edited' | 'pinned'
  /** The next run regenerates it. */
  readonly isAsked?: true
  /** Present when they were asked for. */
  readonly outputs?: readonly OutputData[]
}

export interface JobsPage {
  readonly changes: number
  /** Jobs that the filter leaves. */
  readonly count: number
  readonly offset: number
  readonly jobs: readonly JobData[]
}

/** An output of an answer that did not pass its check: its beginning, or what its bytes are. */
export interface RejectedOutput {
  readonly name: string
  readonly text?: string
  readonly mimeType?: string
  readonly sizeBytes?: number
}

export interface AttemptData {
  readonly state: JobChange
  readonly seq: number
  readonly atMs: number
  readonly attempt?: number
  readonly durationMs?: number
  readonly costUsd?: number
  readonly uncertainCostUsd?: number
  readonly code?: string
  readonly message?: string
  /** The beginning of what the service answered. */
  readonly answer?: string
  /** The whole answer of an attempt that was rejected, output by output. */
  readonly rejected?: readonly RejectedOutput[]
  /** Who has answered, or failed; absent where only one may. */
  readonly answeredBy?: ProviderModel
  /** Of a decision: the output that was judged, by whom, and what is to become different. */
  readonly judged?: string
  readonly judgedBy?: string
  readonly note?: string
  readonly usage?: JsonObject
  readonly reused?: string
  readonly checkpoint?: JsonValue
  readonly outputs: readonly OutputData[]
  /** Why it ran, where the log tells. */
  readonly why?: WhyData
}

/**
 * Why a job ran: nothing was there, an attempt failed or did not end, somebody asked for it or rejected a version, or what
 * it reads changed.
 */
export interface WhyData {
  readonly type: 'first' | 'retry' | 'failed' | 'unfinished' | 'asked' | 'rejected' | 'changed' | 'again'
  /** Inputs that changed. */
  readonly names?: readonly string[]
}

/** One input of a job. */
export interface InputData {
  readonly name: string
  /** The beginning of it, where it is known; JSON for what is no text. */
  readonly text?: string
  readonly isCut?: boolean
  /** Artifacts that it was filled in from. */
  readonly from: readonly (OutputData & { readonly id: string; readonly job: number })[]
  /** What the job was given last differs: what it reads has changed since. */
  readonly hasChanged?: true
}

/** Jobs beside a job. */
export interface LinksData {
  readonly count: number
  /** The first ones. */
  readonly jobs: readonly { readonly job: number; readonly id: string; readonly state: JobState }[]
}

export interface JobDetail extends JobData {
  readonly provider?: string
  readonly model?: string
  /** Newest first. */
  readonly history: readonly AttemptData[]
  /** What it is given. */
  readonly inputs: readonly InputData[]
  readonly reads: LinksData
  readonly readBy: LinksData
  /** What its provider has said; only known for a run of the same process. */
  readonly notes: readonly DatedNote[]
}
