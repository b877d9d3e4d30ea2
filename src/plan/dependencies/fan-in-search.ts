import { indexOf } from '../geometry/selection.js'
import type { Edge } from './edge.js'
import type { ListSources } from './list-sources.js'

/** No index: the selector is `[*]`, or the search has not come to this loop. Offsets are far above it. */
const ALL = -0x40000000

/** Goes through the jobs of a fan-in in the order of their loops, and remembers where it is. */
export class FanInSearch {
  /** Jobs that wait for it. */
  consumers: number[] = []
  isOver = false
  readonly #edge: Edge
  readonly #wanted: readonly number[]
  readonly #at: number[]
  #dimension = 0
  /** Elements of an open list that are decided, when it waits for more. */
  #decided = 0

  constructor(edge: Edge, wanted: readonly number[]) {
    this.#edge = edge
    this.#wanted = wanted
    this.#at = wanted.map(() => ALL)
  }

  /** By loop of the producer, the index that a consumer reads, or one that stands for all. */
  static wantedBy({ selection: { selectors } }: Edge, consumer: readonly number[]): number[] {
    return selectors.map(selector => (selector.type === 'all' ? ALL : indexOf(selector, consumer)))
  }

  /** The next job that has not settled, or that makes a list on the way; -1 when there is none. */
  next(isSettled: (job: number) => boolean, { makerOf, decidingJob }: ListSources): number {
    const at = this.#at
    const { producer } = this.#edge
    while (this.#dimension >= 0) {
      const dimension = this.#dimension
      if (dimension === at.length) {
        const job = producer.blockAt(at)?.jobAt(at) ?? makerOf(producer, dimension, at)
        if (job !== -1 && !isSettled(job)) return job
        this.#leave()
        continue
      }
      const list = producer.listAt(dimension, at)
      const maker = list === undefined ? makerOf(producer, dimension, at) : -1
      if (maker !== -1 && !isSettled(maker)) return maker
      if (list?.tried?.isOpen && this.#isAtEnd(dimension, list.length)) {
        for (; this.#decided < list.length; this.#decided++) {
          const job = decidingJob(producer, dimension, at, this.#decided)
          if (!isSettled(job)) return job
        }
      }
      this.#enter(dimension, list?.length ?? 0)
    }
    return -1
  }

  /** Whether all elements of a list that are known were seen. */
  #isAtEnd(dimension: number, length: number): boolean {
    if (this.#wanted[dimension] !== ALL) return false
    const index = this.#at[dimension]!
    return (index === ALL ? 0 : index) >= length
  }

  /** Takes the next index of a loop, and goes on inside of it; after the last one, in the loop before. */
  #enter(dimension: number, length: number): void {
    const at = this.#at
    const only = this.#wanted[dimension]!
    if (at[dimension] === ALL) at[dimension] = only === ALL ? 0 : only
    const index = at[dimension]!
    if (index >= 0 && index < length && (only === ALL || index === only)) {
      this.#dimension++
      if (this.#dimension < at.length) at[this.#dimension] = ALL
    } else {
      at[dimension] = ALL
      this.#leave()
    }
  }

  /** Goes on with the next index of the loop before. */
  #leave(): void {
    this.#dimension--
    this.#decided = 0
    if (this.#dimension >= 0) this.#at[this.#dimension]!++
  }
}
