import { parseAddress } from '../../model/artifact-address.js'
import { type ArtifactId, type JobId, outputPart, producerOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ResultArtifact, ResultContent } from '../../model/movie/results/past-results.js'
import type { Family } from '../geometry/family.js'
import { indicesOf } from '../geometry/indices.js'
import type { Plan } from '../plan.js'
import { isSameCode } from './code-digest.js'
import type { FoundResult, ResultFinder } from './job-action.js'
import { type JobKeys, MadeIndex, textKeys } from './made-index.js'
import type { ResolvedJob } from './resolved-job.js'
import { unreadLoops } from './unread-loops.js'
import { variantKey } from './variant-key.js'

/** Numbers of past results in the index, above those of jobs. */
const PAST = 2 ** 30

/**
 * Finds results by what they were made from, whichever job they were made for: in the place of another element, of one
 * that is gone, or replaced by a newer one. The index is made when a job first asks, so that a first run and one that
 * changes nothing pay nothing.
 */
export class MadeBefore implements ResultFinder {
  readonly #plan: Plan
  readonly #movie: MovieState
  readonly #unread: readonly (readonly number[])[]
  readonly #families: ReadonlyMap<string, Family>
  /** False for a movie that had no results when this was created. */
  readonly hasAny: boolean
  #index: MadeIndex | undefined
  #indexedJobs = 0
  #indexedPast = 0

  constructor(plan: Plan, movie: MovieState) {
    this.#plan = plan
    this.#movie = movie
    this.#unread = plan.families.map(({ producer }) => unreadLoops(producer, plan.blueprint.loops))
    this.#families = new Map(plan.families.map(family => [family.producer.name, family]))
    this.hasAny = movie.resultCount > 0 || movie.past.end > 0
  }

  /** Whether a job that has no result of its own is likely to find one: elements or results have gone. */
  get hasStray(): boolean {
    return this.hasAny && (this.#movie.past.end > 0 || this.#movie.slots.jobCount > this.#plan.jobCount)
  }

  find(family: Family, job: number, resolved: ResolvedJob): FoundResult | undefined {
    if (!this.hasAny || !family.producer.reuse) return undefined
    const index = this.#upToDate()
    const { inputsHash } = resolved
    const unread = this.#unread[family.index]!
    const found = index.find(
      unread.length === 0 ? inputsHash : variantKey(inputsHash, namesAt(family, job), unread),
    )
    if (found === undefined || !this.#isChecked(family, found)) return undefined
    if (found < PAST) {
      if (!isSameCode(() => this.#movie.inputDigests.get(found), resolved)) return undefined
      const contents = contentsOfJob(this.#plan, this.#movie, found, family, job)
      return contents && { contents, of: { jobId: this.#movie.slots.jobIdAt(found), job: found } }
    }
    const { past } = this.#movie
    if (!past.has(found - PAST) || !isSameCode(() => past.inputsOf(found - PAST), resolved)) return undefined
    const contents = contentsOfPast(past.artifactsOf(found - PAST), family, job)
    return contents && { contents, of: { jobId: past.jobIdOf(found - PAST), job: undefined } }
  }

  took(job: number): void {
    // Others are looked at when somebody asks next.
    if (job < this.#indexedJobs) this.#index!.add(job, other => this.#countOf(other) > this.#madeCount(job))
  }

  /** What another producer has made with the same settings has not passed this one's check. */
  #isChecked({ producer }: Family, found: number): boolean {
    if (producer.check === undefined) return true
    const { past, slots } = this.#movie
    const id = found < PAST ? slots.jobIdAt(found) : past.has(found - PAST) && past.jobIdOf(found - PAST)
    return id !== false && producerOf(id) === producer.name
  }

  #upToDate(): MadeIndex {
    const { slots, inputsHashes, past, resultCount } = this.#movie
    this.#index ??= new MadeIndex(this.#keys(), resultCount + past.end - past.start)
    // Jobs of lists that have become known since have taken over what they had, with other numbers.
    const hasPast = this.#indexedPast > 0
    for (; this.#indexedJobs < slots.jobCount; this.#indexedJobs++) {
      const job = this.#indexedJobs
      // One whose result a user has changed hides no other that still has what was made.
      if (inputsHashes.has(job))
        this.#index.add(job, other => hasPast || this.#madeCount(other) > this.#madeCount(job))
    }
    this.#indexedPast = Math.max(this.#indexedPast, past.start)
    for (; this.#indexedPast < past.end; this.#indexedPast++)
      if (past.has(this.#indexedPast)) this.#addPast(this.#index, this.#indexedPast)
    return this.#index
  }

  /** Of results from the same inputs, one that is whole is found before one that is not. */
  #addPast(index: MadeIndex, number: number): void {
    const count = this.#movie.past.partsOf(number).length
    index.add(PAST + number, other => this.#countOf(other) > count)
  }

  /** How many artifacts of a result are there, by its number in the index. */
  #countOf(number: number): number {
    const { past } = this.#movie
    if (number < PAST) return this.#madeCount(number)
    return past.has(number - PAST) ? past.partsOf(number - PAST).length : 0
  }

  #madeCount(job: number): number {
    const { slots } = this.#movie
    const isMade = (slot: number) => this.#movie.hasArtifact(slot) && this.#movie.isAsMade(slot)
    return slots.artifactsOf(job, isMade).length
  }

  /** Where no jobs are variants, keys are hashes, which are compared where they are. */
  #keys(): JobKeys {
    if (this.#unread.some(places => places.length > 0)) return textKeys(number => this.#keyOf(number))
    const { past, inputsHashes } = this.#movie
    const isGone = (number: number) => number >= PAST && !past.has(number - PAST)
    const columnOf = (number: number) =>
      number < PAST ? inputsHashes : past.hashesOf(number - PAST).inputsHashes
    const placeOf = (number: number) => (number < PAST ? number : past.hashesOf(number - PAST).at)
    return {
      hashOf: number => columnOf(number).wordAt(placeOf(number)),
      has: (number, key) => !isGone(number) && columnOf(number).is(placeOf(number), key),
      isSame: (number, other) =>
        !isGone(number) && columnOf(number).isEqual(placeOf(number), columnOf(other), placeOf(other)),
    }
  }

  /** The key under which a number of the index is found now; a job that has made something else since has another one. */
  #keyOf(number: number): string {
    const { past, inputsHashes, slots } = this.#movie
    if (number >= PAST) {
      const result = number - PAST
      return past.has(result) ? this.#keyOfId(past.jobIdOf(result), past.inputsHashOf(result)) : ''
    }
    const inputsHash = inputsHashes.get(number)
    if (inputsHash === undefined) return ''
    if (!this.#plan.geometry.hasJob(number)) return this.#keyOfId(slots.jobIdAt(number), inputsHash)
    const family = this.#plan.familyOf(number)
    const unread = this.#unread[family.index]!
    return unread.length === 0 ? inputsHash : variantKey(inputsHash, namesAt(family, number), unread)
  }

  /** Of a job that the plan does not have: its producer may still be there, and tells which of its loops are not read. */
  #keyOfId(id: JobId, inputsHash: string): string {
    const family = this.#families.get(producerOf(id))
    const unread = family && this.#unread[family.index]!
    if (unread === undefined || unread.length === 0) return inputsHash
    const elements = parseAddress(id)?.elements
    if (elements?.length !== family!.producer.loops.length) return inputsHash
    return variantKey(inputsHash, elements, unread)
  }
}

const namesAt = (family: Family, job: number) => family.namesOf(family.indicesOf(job))

/**
 * What the artifacts of a job hold; undefined when one of them is missing, or a user has pinned, edited or rejected it.
 * @param taker the job that takes them: its artifacts are the same, by names or by places
 */
export function contentsOfJob(
  plan: Plan,
  movie: MovieState,
  job: number,
  family: Family,
  taker: number,
): readonly ResultContent[] | undefined {
  const slots = slotsOf(plan, movie, job, family, taker)
  const contents: ResultContent[] = []
  for (const slot of slots) {
    const hash = slot === -1 ? undefined : movie.artifactHashes.get(slot)
    if (hash === undefined || !movie.isAsMade(slot)) return undefined
    const blob = movie.blobs.get(slot)
    contents.push(blob ? { blob, hash } : { value: movie.values.get(slot) ?? null, hash })
  }
  return contents
}

function slotsOf(
  { geometry }: Plan,
  movie: MovieState,
  job: number,
  family: Family,
  taker: number,
): readonly number[] {
  const { artifactsPerJob } = family.blockOf(taker)
  if (geometry.hasJob(job)) {
    const source = geometry.blockOf(job)
    const slots = source.artifactsOf(job)
    if (source.artifactsPerJob === artifactsPerJob && slots.every(slot => movie.hasArtifact(slot)))
      return slots
  }
  const id = movie.slots.jobIdAt(job)
  const named = (parts: readonly string[]) =>
    parts.map(part => movie.slots.knownArtifact(`${id}.${part}` as ArtifactId))
  const slots = named(partsOf(family, taker, true))
  return slots.includes(-1) ? named(partsOf(family, taker, false)) : slots
}

function contentsOfPast(
  artifacts: readonly ResultArtifact[],
  family: Family,
  taker: number,
): readonly ResultContent[] | undefined {
  const named = (parts: readonly string[]) =>
    parts.map((part, at) => {
      const found = artifacts[at]?.part === part ? artifacts[at] : artifacts.find(each => each.part === part)
      if (found === undefined) return undefined
      const { part: _, ...content } = found
      return content
    })
  const contents = named(partsOf(family, taker, true))
  const found = contents.includes(undefined) ? named(partsOf(family, taker, false)) : contents
  return found.includes(undefined) ? undefined : (found as readonly ResultContent[])
}

/** What the ids of a job's artifacts have after the job's, with the keys of elements or, as before there were keys, their positions. */
export function partsOf(family: Family, job: number, withKeys: boolean): readonly string[] {
  const { outputs, shape } = family.blockOf(job)
  if (shape.outputNames !== undefined) return shape.outputNames
  return outputs.flatMap(({ spec, extents, count }) => {
    if (extents.length === 0) return spec.name
    return Array.from({ length: count }, (_, index) => {
      const indices = indicesOf(index, extents)
      const names = withKeys ? family.outputNamesOf(job, spec.name, indices) : indices
      return outputPart(spec.name, names)
    })
  })
}
