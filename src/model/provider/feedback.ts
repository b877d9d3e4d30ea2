import type { AnswerOutputs } from '../movie/event.js'
import type { ProviderModel } from '../run/provider-model.js'

/** An answer to the same inputs that was not accepted, and why. */
export interface Feedback {
  /** Who has rejected it: a `check` of the blueprint, a person who has reviewed it, or the provider, who could not use it. */
  readonly from: 'check' | 'review' | 'provider'
  /** What is wrong with it, for whoever makes the next answer; several reasons stand on a line each. */
  readonly reason: string
  /** The rejected answer by output name, with files as references, as among the inputs; absent: nobody has kept it. */
  readonly outputs?: AnswerOutputs
  /** The beginning of an answer that no outputs could be read from, as it was given. */
  readonly answer?: string
  /** The attempt that has made it. */
  readonly attempt: number
  /** Who has given it; absent where only one may answer. */
  readonly by?: ProviderModel
  /** ISO 8601, UTC, of the rejection. */
  readonly at: string
}

/** What a job is told when it is asked again. */
export interface JobFeedback {
  /** Of the rejected answers: feedback on an answer to other inputs says nothing. */
  readonly inputsHash: string
  /** Oldest first; at least one. */
  readonly entries: readonly Feedback[]
  /** Answers that a check has rejected since the job last started over. */
  readonly rejections: number
}

/** What jobs are told, by their slots. */
export interface FeedbackColumn {
  readonly size: number
  get(slot: number): JobFeedback | undefined
  set(slot: number, feedback: JobFeedback): void
  delete(slot: number): void
  keys(): Iterable<number>
}

/** Answers that checks or providers have rejected. */
export interface RejectionCount {
  /** Rejected answers. */
  readonly count: number
  /** What they have cost, in US dollars, as far as is known. */
  readonly costUsd: number
}

/** Rejected answers that a provider is told of, at most: the last ones. */
export const FEEDBACK_LIMIT = 20
