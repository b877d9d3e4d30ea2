import { valueHash } from '../../model/hash.js'
import type { ArtifactMade, JobSucceeded } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ResultArtifact } from '../../model/movie/results/past-results.js'
import { shelveResult } from '../../model/movie/results/shelve-result.js'

/** Keeps the result that a job has, before another one from other inputs takes its place. */
export function keepPastResult(
  state: MovieState,
  job: number,
  made: readonly ArtifactMade[],
  { inputsHash }: JobSucceeded,
): void {
  const madeFrom = made[0]?.inputsHash ?? inputsHash
  if (madeFrom !== undefined && !state.inputsHashes.is(job, madeFrom)) shelveResult(state, job)
}

/** Keeps a result of which a part does not take its place, since a user has pinned what is there. */
export function keepPinnedResult(
  state: MovieState,
  made: readonly ArtifactMade[],
  { jobId, inputs }: JobSucceeded,
): void {
  const inputsHash = made[0]?.inputsHash
  if (inputsHash === undefined || !state.keepsPast) return
  const artifacts = made.map((event): ResultArtifact => {
    const { artifactId, blob, value = null, hash } = event
    const part = artifactId.slice(jobId.length + 1)
    return blob ? { part, blob, hash: hash ?? blob.hash } : { part, value, hash: hash ?? valueHash(value) }
  })
  state.past.add({ jobId, inputsHash, ...(inputs !== undefined && { inputs }), artifacts })
}
