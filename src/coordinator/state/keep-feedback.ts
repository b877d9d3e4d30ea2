import { producerOf } from '../../model/id.js'
import type { JobFailed } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { FEEDBACK_LIMIT, type Feedback } from '../../model/provider/feedback.js'
import { roundCost } from '../../model/provider/price.js'

/** What an attempt is told of answers before it; undefined: there are none. @param isOfInputs by the hash of inputs */
export function feedbackOn(
  state: MovieState,
  job: number,
  isOfInputs: (inputsHash: string) => boolean,
): readonly Feedback[] | undefined {
  const feedback = state.feedback.get(job)
  return feedback && isOfInputs(feedback.inputsHash) ? feedback.entries : undefined
}

/** Adds what the next attempts at the same inputs are told. What was said of an answer to other inputs is dropped. */
export function addFeedback(
  state: MovieState,
  job: number,
  inputsHash: string,
  entry: Feedback,
  rejections = 0,
): void {
  const entries = [...(feedbackOn(state, job, hash => hash === inputsHash) ?? []), entry].slice(
    -FEEDBACK_LIMIT,
  )
  state.feedback.set(job, { inputsHash, entries, rejections })
}

/** Keeps the answer that a check has rejected, and why. After the last one the job starts over, and still knows them. */
export function keepRejected(state: MovieState, job: number, event: JobFailed): void {
  const { rejected, error, answer, attempt, willRetry, movesOn, by, timestamp } = event
  if (rejected === undefined) return
  const { inputsHash, outputs } = rejected
  const producer = producerOf(event.jobId)
  const { count: earlier = 0, costUsd = 0 } = state.rejections.get(producer) ?? {}
  state.rejections.set(producer, {
    count: earlier + 1,
    costUsd: roundCost(costUsd + (event.costUsd ?? 0)),
  })
  const before = state.feedback.get(job)
  const count = before?.inputsHash === inputsHash ? before.rejections : 0
  const told = outputs ? { outputs } : answer === undefined ? {} : { answer }
  const from = outputs ? 'check' : 'provider'
  const whose = by && { by }
  const entry: Feedback = { from, reason: error.message, ...told, attempt, ...whose, at: timestamp }
  addFeedback(state, job, inputsHash, entry, willRetry && !movesOn ? count + 1 : 0)
}

/** A check has accepted an answer: what was said of those before it is over. What people have said stays. */
export function endFeedback(state: MovieState, job: number): void {
  const feedback = state.feedback.get(job)
  if (feedback === undefined) return
  const entries = feedback.entries.filter(({ from }) => from === 'review')
  if (entries.length === 0) state.feedback.delete(job)
  else state.feedback.set(job, { ...feedback, entries, rejections: 0 })
}
