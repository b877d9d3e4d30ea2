import type { MovieState } from '../movie-state.js'

/** A job has another slot from now on. */
export function moveJob(movie: MovieState, from: number, to: number): void {
  const state = movie.jobStates.get(from)
  if (state !== 0) {
    movie.jobStates.set(to, state)
    movie.jobStates.set(from, 0)
    movie.attempts.set(to, movie.attempts.get(from))
    movie.succeededAttempts.set(to, movie.succeededAttempts.get(from))
    const hash = movie.inputsHashes.get(from)
    if (hash !== undefined) movie.inputsHashes.set(to, hash)
    movie.inputDigests.set(to, movie.inputDigests.get(from))
    // Whoever looks for results goes by these.
    movie.inputsHashes.delete(from)
    movie.inputDigests.set(from, undefined)
    movie.answeredBy.set(to, movie.answeredBy.get(from))
  }
  for (const column of [movie.errors, movie.skipReasons]) {
    column.set(to, column.get(from) as never)
    column.delete(from)
  }
  const checkpoint = movie.checkpoints.get(from)
  if (checkpoint !== undefined) movie.checkpoints.set(to, checkpoint)
  movie.checkpoints.delete(from)
  const feedback = movie.feedback.get(from)
  if (feedback !== undefined) movie.feedback.set(to, feedback)
  movie.feedback.delete(from)
  if (movie.retrying.delete(from)) movie.retrying.add(to)
  if (movie.regenerating.delete(from)) movie.regenerating.add(to)
}
