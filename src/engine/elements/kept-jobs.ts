import { type ArtifactId, type JobId, jobOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'

/** Jobs of which something is kept (pins, edits, reviews, checkpoints, feedback, requests to regenerate), with the artifacts that a user has pinned, edited or judged. */
export function keptJobs(movie: MovieState): Map<JobId, ArtifactId[]> {
  const { slots } = movie
  const kept = new Map<JobId, ArtifactId[]>()
  const judged = [...movie.reviews].flatMap(([slot, { state }]) => (state === 'waiting' ? [] : [slot]))
  for (const slot of new Set([...movie.overrides.keys(), ...judged])) {
    const id = slots.artifactIdAt(slot)
    const ofJob = kept.get(jobOf(id))
    if (ofJob) ofJob.push(id)
    else kept.set(jobOf(id), [id])
  }
  for (const slot of [...movie.checkpoints.keys(), ...movie.feedback.keys(), ...movie.regenerating]) {
    const id = slots.jobIdAt(slot)
    if (!kept.has(id)) kept.set(id, [])
  }
  return kept
}
