import { type JobId, producerOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { PastResult } from '../../model/movie/results/past-results.js'
import { textHash } from '../../model/movie/text-hash.js'
import { NO_VARIANTS, type VariantOf } from '../../plan/up-to-date/variant-of.js'

/**
 * The past results that no job has: what a manifest has to keep. A result whose row has only moved is left out.
 * @param variantOf absent: nobody knows which jobs are variants, and only what the same job has is left out
 */
export function strayResults(movie: MovieState, variantOf: VariantOf = job => job): readonly PastResult[] {
  const { past } = movie
  if (past.end === past.start) return []
  const had = new HadResults(movie, variantOf)
  /** Of each job the last result of those alike, as it would be found first: one that is whole before one that is not. */
  const last = new Map<string, number>()
  for (let number = past.start; number < past.end; number++) {
    if (!past.has(number) || had.has(number)) continue
    const key = `${past.inputsHashOf(number)} ${past.jobIdOf(number)}`
    const other = last.get(key)
    if (other !== undefined && past.partsOf(other).length > past.partsOf(number).length) continue
    last.delete(key)
    last.set(key, number)
  }
  return [...last.values()].map(number => past.get(number)!)
}

const NONE = -1

/**
 * Tells which past results a job has in its place, where whoever may take one finds it. Jobs by what they have: of those
 * in one bucket, each refers to the one before. A bucket goes by the first artifact too, since thousands of jobs may have
 * been made from the same and hold different things.
 */
class HadResults {
  readonly #movie: MovieState
  readonly #variantOf: VariantOf
  readonly #last: Int32Array
  readonly #before: Int32Array

  constructor(movie: MovieState, variantOf: VariantOf) {
    this.#movie = movie
    this.#variantOf = variantOf
    const { inputsHashes, resultCount, slots } = movie
    this.#last = new Int32Array(2 ** Math.ceil(Math.log2(resultCount * 2 + 2))).fill(NONE)
    this.#before = new Int32Array(slots.jobCount)
    for (let job = 0; job < slots.jobCount; job++) {
      if (!inputsHashes.has(job)) continue
      const first = slots.artifactsOf(job, each => movie.hasArtifact(each))[0] ?? NONE
      const word = mixed(inputsHashes.wordAt(job), movie.artifactHashes.wordAt(first))
      const bucket = this.#bucketOf(word, () => slots.jobIdAt(job))
      this.#before[job] = this.#last[bucket]!
      this.#last[bucket] = job
    }
  }

  has(number: number): boolean {
    const { past } = this.#movie
    const { inputsHashes, at, hashes, first } = past.hashesOf(number)
    const made = past.jobIdOf(number)
    const word = mixed(inputsHashes.wordAt(at), hashes.wordAt(first))
    let job = this.#last[this.#bucketOf(word, () => made)]!
    while (job !== NONE && !this.#isHad(job, made, number)) job = this.#before[job]!
    return job !== NONE
  }

  #bucketOf(word: number, idOfJob: () => JobId): number {
    // Its id is not put together where it says nothing.
    const variant = this.#variantOf === NO_VARIANTS ? '' : this.#variantOf(idOfJob())
    return (variant === '' ? word : mixed(word, textHash(variant))) & (this.#last.length - 1)
  }

  #isHad(job: number, made: JobId, number: number): boolean {
    const { slots, artifactHashes, inputsHashes, past } = this.#movie
    const { inputsHashes: madeFrom, at, hashes, first } = past.hashesOf(number)
    if (!inputsHashes.isEqual(job, madeFrom, at)) return false
    const id = slots.jobIdAt(job)
    if (producerOf(made) !== producerOf(id) || this.#variantOf(made) !== this.#variantOf(id)) return false
    const artifacts = slots.artifactsOf(job, slot => this.#movie.hasArtifact(slot))
    return past.partsOf(number).every((part, place) => {
      const slot = artifacts.find(each => slots.partAt(each) === part)
      return (
        slot !== undefined &&
        artifactHashes.isEqual(slot, hashes, first + place) &&
        this.#movie.isAsMade(slot)
      )
    })
  }
}

const mixed = (word: number, other: number): number => (word + Math.imul(other | 1, 0x9e3779b1)) | 0
