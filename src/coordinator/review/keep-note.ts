import { parseAddress } from '../../model/artifact-address.js'
import { jobOf } from '../../model/id.js'
import type { AnswerOutputs } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Feedback } from '../../model/provider/feedback.js'
import type { ArtifactReviewed } from '../../model/review/artifact-review.js'
import { addFeedback } from '../state/keep-feedback.js'

/** What a job is told when a person has rejected something without a word. */
const NO_NOTE = 'A person has rejected this.'

/**
 * Keeps what a person has said of a version that is there for the next attempt at it; a later decision about the same
 * version takes its place.
 */
export function keepNote(state: MovieState, event: ArtifactReviewed): void {
  const outputs = outputsOf(event)
  if (outputs === undefined) return
  const job = state.slots.jobSlot(jobOf(event.artifactId))
  forget(state, job, outputs)
  const inputsHash = state.inputsHashes.get(job)
  if (event.verdict !== 'rejected' || inputsHash === undefined) return
  const reason = event.note ?? NO_NOTE
  const attempt = state.succeededAttempts.get(job)
  addFeedback(state, job, inputsHash, { from: 'review', reason, outputs, attempt, at: event.timestamp })
}

/** What was judged, as an answer's outputs; undefined where nobody has kept it. */
function outputsOf({ artifactId, content }: ArtifactReviewed): AnswerOutputs | undefined {
  const address = parseAddress(artifactId)
  if (address?.output === undefined || content === undefined) return undefined
  return { [address.output]: address.outputElements.length === 0 ? content : [content] }
}

function forget(state: MovieState, job: number, outputs: AnswerOutputs): void {
  const feedback = state.feedback.get(job)
  if (feedback === undefined) return
  const text = JSON.stringify(outputs)
  const isOther = (entry: Feedback) => entry.from !== 'review' || JSON.stringify(entry.outputs) !== text
  const entries = feedback.entries.filter(isOther)
  if (entries.length === 0) state.feedback.delete(job)
  else state.feedback.set(job, { ...feedback, entries })
}
