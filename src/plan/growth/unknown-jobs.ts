import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { ElementName } from '../../model/id.js'
import { type Expansion, expansionKey } from '../../model/movie/expansion.js'
import type { Family } from '../geometry/family.js'

/** Jobs of a producer that nobody knows yet, since jobs that run first make the lists that they run through. */
export interface UnknownJobs {
  /** The producer's name. */
  readonly producer: string
  /** The loop around the lists; absent when there is one list, or they are of several loops. */
  readonly each?: string
  /** Lists that are not made yet. */
  readonly lists: number
  /** Jobs with the fewest elements that the lists may have. */
  readonly min: number
  /** Jobs with the most elements that the lists may have. */
  readonly max: number
  /** Jobs with as many elements as last time, as the loop's `expect` says, or as its `max`. */
  readonly expected: number
  /** Jobs that those lists had last time; absent when none was ever made. */
  readonly lastCount?: number
}

/** What decides how many they are. */
export interface ListsToMake {
  readonly loops: ReadonlyMap<string, LoopSpec>
  readonly expansions: ReadonlyMap<string, Expansion>
  /** Whether a list inside these elements of the loops around it is one that a job is to make in this run. */
  has(loop: string, parents: readonly number[]): boolean
  /** Elements that a list may get on top of those that are known; undefined: none are known, and its loop says it. */
  moreOf(loop: string, parents: readonly number[]): MoreElements | undefined
}

/** How many elements a list may get that are not known yet. */
export interface MoreElements {
  readonly min: number
  readonly max: number
  readonly expected: number
}

type Count = Omit<UnknownJobs, 'producer' | 'each'>

const NONE: Count = { lists: 0, min: 0, max: 0, expected: 0 }

/** Counts the jobs of a producer that its unknown lists may lead to; undefined: there are none. */
export function unknownJobs(family: Family, unknown: ListsToMake): UnknownJobs | undefined {
  const { name, loops } = family.producer
  if (!loops.some(loop => unknown.loops.get(loop)!.isGrown)) return undefined
  const count = new UnknownCount(family, unknown)
  const found = count.all()
  if (found.lists === 0) return undefined
  const [loop, ...others] = count.listed
  const each = others.length === 0 ? loop!.parents.at(-1) : undefined
  return { producer: name, ...(each !== undefined && { each }), ...found }
}

/** An element of a loop: one that is known, one of a list of last time, or any. */
interface Place {
  readonly index?: number
  readonly name?: ElementName
}

class UnknownCount {
  /** The loops whose lists they are. */
  readonly listed = new Set<LoopSpec>()
  readonly #family: Family
  readonly #unknown: ListsToMake
  readonly #loops: readonly LoopSpec[]
  readonly #places: Place[] = []

  constructor(family: Family, unknown: ListsToMake) {
    this.#family = family
    this.#unknown = unknown
    this.#loops = family.producer.loops.map(name => unknown.loops.get(name)!)
  }

  all(): Count {
    return this.#from(0, false)
  }

  #from(dimension: number, isInside: boolean): Count {
    const loop = this.#loops[dimension]
    if (loop === undefined) return isInside ? { lists: 0, min: 1, max: 1, expected: 1, lastCount: 1 } : NONE
    const parents = this.#parentsOf(loop)
    const indices = parents.map(({ index }) => index)
    if (indices.includes(undefined)) return this.#inMade(dimension, loop, parents)
    const known = indices as number[]
    if (this.#unknown.has(loop.name, known)) {
      const more = this.#unknown.moreOf(loop.name, known)
      const count = more ? this.#more(dimension, more) : this.#inMade(dimension, loop, parents)
      this.listed.add(loop)
      return { ...count, lists: 1 }
    }
    const list = this.#family.dimensions[dimension]!.lists.at(known)
    if (list === undefined || list.length === 0) return NONE
    if (!this.#family.dimensions[dimension]!.isKey)
      return times(this.#at(dimension, { index: 0 }, isInside), list.length)
    let sum = NONE
    for (let index = 0; index < list.length; index++) {
      const place = { index, name: list.keys?.at(index) ?? index }
      sum = plus(sum, this.#at(dimension, place, isInside))
    }
    return sum
  }

  #parentsOf({ parents }: LoopSpec): Place[] {
    return parents.map(parent => this.#places[this.#loops.findIndex(({ name }) => name === parent)]!)
  }

  #at(dimension: number, place: Place, isInside: boolean): Count {
    this.#places[dimension] = place
    return this.#from(dimension + 1, isInside)
  }

  /** In elements that a list may still get. */
  #more(dimension: number, { min, max, expected }: MoreElements): Count {
    const any = this.#at(dimension, {}, true)
    return { lists: 0, min: min * any.min, max: max * any.max, expected: expected * any.expected }
  }

  /** Inside a list that is still to be made. */
  #inMade(dimension: number, loop: LoopSpec, parents: readonly Place[]): Count {
    const { name, min = 0, max = 0, expect } = loop
    const any = this.#at(dimension, {}, true)
    const most = { min: min * any.min, max: max * any.max }
    const names = parents.map(parent => parent.name)
    const last = names.includes(undefined)
      ? undefined
      : this.#unknown.expansions.get(expansionKey(name, names as ElementName[]))
    const elements = last?.keys ?? (last?.count === undefined ? undefined : positions(last.count))
    if (elements === undefined) return { lists: 0, ...most, expected: (expect ?? max) * any.expected }
    let sum: Count = { ...NONE, lastCount: 0 }
    if (!this.#family.dimensions[dimension]!.isKey) sum = times(any, elements.length)
    else for (const element of elements) sum = plus(sum, this.#at(dimension, { name: element }, true))
    return {
      lists: 0,
      ...most,
      expected: sum.expected,
      ...(sum.lastCount !== undefined && { lastCount: sum.lastCount }),
    }
  }
}

const positions = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

function plus(a: Count, b: Count): Count {
  const lastCount =
    a.lastCount === undefined && b.lastCount === undefined
      ? undefined
      : (a.lastCount ?? 0) + (b.lastCount ?? 0)
  return {
    lists: a.lists + b.lists,
    min: a.min + b.min,
    max: a.max + b.max,
    expected: a.expected + b.expected,
    ...(lastCount !== undefined && { lastCount }),
  }
}

function times(count: Count, factor: number): Count {
  const { lists, min, max, expected, lastCount } = count
  return {
    lists,
    min: min * factor,
    max: max * factor,
    expected: expected * factor,
    ...(lastCount !== undefined && { lastCount: lastCount * factor }),
  }
}
