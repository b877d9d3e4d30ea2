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
  { jobId, inputsHash }: JobSucceeded,
): void {
  const madeFrom = made[0]?.inputsHash ?? inputsHash
  if (madeFrom === undefined || state.inputsHashes.is(job, madeFrom)) return
  if (state.lastTaken.from !== jobId || !hasResultOf(state, state.lastTaken.by, job)) shelveResult(state, job)
}

/** Whether a job has all that another one has made: kept there, it needs no other place. */
function hasResultOf(state: MovieState, job: number, other: number): boolean {
  const { slots, inputsHashes, artifactHashes } = state
  if (!inputsHashes.isEqual(job, inputsHashes, other)) return false
  const asMade = (of: number) =>
    slots.artifactsOf(of, slot => state.hasArtifact(slot) && state.isAsMade(slot))
  const own = asMade(job)
  return asMade(other).every((slot, at) => {
    const same = own[at]
    return (
      same !== undefined &&
      artifactHashes.isEqual(same, artifactHashes, slot) &&
      slots.partAt(same) === slots.partAt(slot)
    )
  })
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
