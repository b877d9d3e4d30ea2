import type { LoopSpec } from '../../blueprint/blueprint.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../geometry/family.js'
import type { ListGrowth, MadeList } from './list-growth.js'
import { type MoreElements, type UnknownJobs, unknownJobs } from './unknown-jobs.js'
import { likelyCount } from './until/likely-count.js'
import type { Trial } from './until/trial.js'

/** Lists of one loop that are not made yet. */
export interface UnknownLists {
  readonly loop: string
  readonly lists: number
  /** Elements that each may have. */
  readonly min: number
  readonly max: number
  /** Elements that those lists had in all when they were made last; 0 when they never were. */
  readonly lastCount: number
  /** Elements that they will probably have in all: as many as last time, as the loop's `expect`, or as its `max`. */
  readonly expected: number
}

/** Counts, by loop, the lists that nobody knows yet. */
export class UnknownTally {
  readonly #growth: ListGrowth
  readonly #movie: MovieState
  readonly #byLoop = new Map<string, UnknownLists>()
  readonly #lists = new Set<string>()
  readonly #more = new Map<string, MoreElements>()

  constructor(growth: ListGrowth, movie: MovieState) {
    this.#growth = growth
    this.#movie = movie
  }

  note({ loop, parents }: MadeList): void {
    const { name, max = 0, min = 0, expect } = loop
    this.#lists.add(`${name} ${parents}`)
    const last = this.#movie.expansions.get(expansionKey(name, this.#growth.namesOf(name, parents)))
    const lastCount = last?.count ?? last?.keys?.length
    const known = this.#byLoop.get(name) ?? { loop: name, lists: 0, min, max, lastCount: 0, expected: 0 }
    this.#byLoop.set(name, {
      ...known,
      lists: known.lists + 1,
      lastCount: known.lastCount + (lastCount ?? 0),
      expected: known.expected + (lastCount ?? expect ?? max),
    })
  }

  /** A list goes on until enough of its elements are accepted. */
  noteTrial(trial: Trial): void {
    const { loop, parents, count, wanted, acceptedCount, settledCount } = trial
    const { name, until } = loop
    const last = this.#movie.expansions.get(expansionKey(name, this.#growth.namesOf(name, parents)))
    // What is under way may be accepted, all of it.
    const min = Math.max(0, wanted - acceptedCount - (count - settledCount))
    const max = until.attempts - count
    if (max <= 0) return
    const expected = Math.min(max, Math.max(min, likelyCount(trial, last) - count))
    const key = `${name} ${parents}`
    this.#lists.add(key)
    this.#more.set(key, { min, max, expected })
    const known = this.#byLoop.get(name) ?? { loop: name, lists: 0, min, max, lastCount: 0, expected: 0 }
    this.#byLoop.set(name, {
      ...known,
      lists: known.lists + 1,
      min: Math.min(known.min, min),
      max: Math.max(known.max, max),
      lastCount: known.lastCount + Math.max(0, (last?.count ?? 0) - count),
      expected: known.expected + expected,
    })
  }

  list(): readonly UnknownLists[] {
    return [...this.#byLoop.values()]
  }

  /** The jobs that these lists may lead to, by producer. */
  jobs(families: readonly Family[], loops: ReadonlyMap<string, LoopSpec>): readonly UnknownJobs[] {
    if (this.#lists.size === 0) return []
    const has = (loop: string, parents: readonly number[]) => this.#lists.has(`${loop} ${parents}`)
    const moreOf = (loop: string, parents: readonly number[]) => this.#more.get(`${loop} ${parents}`)
    return families.flatMap(
      family => unknownJobs(family, { loops, expansions: this.#movie.expansions, has, moreOf }) ?? [],
    )
  }
}
