import { type ArtifactId, type JobId, producerOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { PastResult, PastResults } from '../../model/movie/results/past-results.js'
import type { VariantOf } from '../../plan/up-to-date/variant-of.js'

/**
 * The past results that no job has: what a manifest has to keep. A result whose row has only moved is left out.
 * @param variantOf absent: nobody knows which jobs are variants, and only what the same job has is left out
 */
export function strayResults(movie: MovieState, variantOf: VariantOf = job => job): readonly PastResult[] {
  const { past, inputsHashes, slots } = movie
  if (past.end === past.start) return []
  const alike = new AlikeResults(past)
  for (let job = 0; job < slots.jobCount; job++) {
    const inputsHash = inputsHashes.get(job)
    if (inputsHash !== undefined) alike.leaveOut(inputsHash, number => isHad(movie, job, number, variantOf))
  }
  return alike.left()
}

const NONE = -1

/** Past results by what they were made from: of those alike, each refers to the one before. */
class AlikeResults {
  readonly #past: PastResults
  readonly #last = new Map<string, number>()
  readonly #before: Int32Array

  constructor(past: PastResults) {
    this.#past = past
    this.#before = new Int32Array(past.end - past.start)
    for (let number = past.start; number < past.end; number++) {
      if (!past.has(number)) continue
      const inputsHash = past.inputsHashOf(number)
      this.#before[number - past.start] = this.#last.get(inputsHash) ?? NONE
      this.#last.set(inputsHash, number)
    }
  }

  leaveOut(inputsHash: string, isGone: (number: number) => boolean): void {
    let last = this.#last.get(inputsHash)
    if (last === undefined) return
    const before = (number: number) => this.#before[number - this.#past.start]!
    while (last !== NONE && isGone(last)) last = before(last)
    if (last === NONE) {
      this.#last.delete(inputsHash)
      return
    }
    this.#last.set(inputsHash, last)
    for (let kept: number = last, next = before(kept); next !== NONE; next = before(next))
      if (isGone(next)) this.#before[kept - this.#past.start] = before(next)
      else kept = next
  }

  /** Of each job the last result of those alike, as it would be found first. */
  left(): PastResult[] {
    const results: PastResult[] = []
    for (const last of this.#last.values()) {
      const ofJob = new Map<JobId, number>()
      for (let number = last; number !== NONE; number = this.#before[number - this.#past.start]!)
        if (!ofJob.has(this.#past.jobIdOf(number))) ofJob.set(this.#past.jobIdOf(number), number)
      for (const number of [...ofJob.values()].reverse()) results.push(this.#past.get(number)!)
    }
    return results
  }
}

/** A job has the same in its place, and whoever may take the result finds it there. */
function isHad(movie: MovieState, job: number, number: number, variantOf: VariantOf): boolean {
  const { slots, artifactHashes, past } = movie
  const id = slots.jobIdAt(job)
  const made = past.jobIdOf(number)
  const isAlike = producerOf(made) === producerOf(id) && variantOf(made) === variantOf(id)
  if (made !== id && !isAlike) return false
  return past.artifactsOf(number).every(({ part, hash }) => {
    const slot = slots.knownArtifact(`${id}.${part}` as ArtifactId)
    return slot !== -1 && artifactHashes.get(slot) === hash && movie.isAsMade(slot)
  })
}
