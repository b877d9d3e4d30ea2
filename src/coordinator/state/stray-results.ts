import type { ArtifactId } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { PastResult } from '../../model/movie/past-results.js'

/** The past results that no job has: what a manifest has to keep. A result whose row has only moved is left out. */
export function strayResults(movie: MovieState): readonly PastResult[] {
  if (movie.past.end === movie.past.start) return []
  const byInputs = new Map<string, PastResult[]>()
  for (const result of movie.past) {
    const alike = byInputs.get(result.inputsHash)
    if (alike) alike.push(result)
    else byInputs.set(result.inputsHash, [result])
  }
  for (let job = 0; job < movie.slots.jobCount; job++) {
    const inputsHash = movie.inputsHashes.get(job)
    const alike = inputsHash === undefined ? undefined : byInputs.get(inputsHash)
    if (alike === undefined) continue
    const others = alike.filter(result => !isHad(movie, job, result))
    if (others.length === 0) byInputs.delete(inputsHash!)
    else byInputs.set(inputsHash!, others)
  }
  return [...byInputs.values()].flatMap(withoutDoubles)
}

function isHad({ slots, artifactHashes, overrides }: MovieState, job: number, result: PastResult): boolean {
  const id = slots.jobIdAt(job)
  return result.artifacts.every(({ part, hash }) => {
    const slot = slots.knownArtifact(`${id}.${part}` as ArtifactId)
    return slot !== -1 && artifactHashes.get(slot) === hash && !overrides.has(slot)
  })
}

/** Of one job the last result is kept, as it would be found first. */
const withoutDoubles = (results: readonly PastResult[]): readonly PastResult[] => [
  ...new Map(results.map(result => [result.jobId, result])).values(),
]
