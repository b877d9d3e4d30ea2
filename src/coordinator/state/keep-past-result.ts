import type { ArtifactMade } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ResultArtifact } from '../../model/movie/past-results.js'

/**
 * Keeps the result that a job has, before another one from other inputs takes its place. Nothing is kept of a result
 * that is not whole, or that a user has pinned, edited or rejected a part of.
 */
export function keepPastResult(state: MovieState, job: number, made: readonly ArtifactMade[]): void {
  const inputsHash = state.inputsHashes.get(job)!
  const [first] = made
  if (first?.inputsHash === undefined || first.inputsHash === inputsHash) return
  const jobId = state.slots.jobIdAt(job)
  const artifacts: ResultArtifact[] = []
  for (const { artifactId } of made) {
    const record = state.artifact(state.slots.artifactSlot(artifactId))
    if (record === undefined || record.override !== undefined || record.review?.state === 'rejected') return
    const { artifactId: _, review: __, ...content } = record
    artifacts.push({ part: artifactId.slice(jobId.length + 1), ...content })
  }
  const inputs = state.inputDigests.get(job)
  state.past.add({ jobId, inputsHash, ...(inputs !== undefined && { inputs }), artifacts })
}
