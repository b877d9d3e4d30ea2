import type { Block } from '../geometry/block.js'
import type { Family } from '../geometry/family.js'
import { selectJob } from '../geometry/select-jobs.js'
import { indexOf } from '../geometry/selection.js'
import type { Edge } from './edge.js'
import { FanInSearch } from './fan-in-search.js'
import type { ListSources } from './list-sources.js'
import { WaitPool } from './wait-pool.js'

const NOBODY = 0
const SETTLED = -1

/**
 * Who waits for whom where families vary or grow. A job that waits on an edge waits for one job at a time: the first
 * that has not settled, or the one that makes a list which it has to know first. When that settles, it looks for the
 * next one. So nothing has to be counted before it is known. Jobs that read the same fan-in look as one.
 */
export class ListWaits {
  /** By family. */
  readonly #incoming: readonly (readonly Edge[])[]
  readonly #isProducer: readonly boolean[]
  readonly #edges = new Map<number, Edge>()
  readonly #sources: ListSources
  /** By job: `SETTLED`, or the first of those that wait for it. */
  #heads = new Int32Array(0)
  readonly #waits = new WaitPool()
  readonly #fanIns: FanInSearch[] = []
  /** By edge: numbers of fan-ins by what they read. */
  readonly #fanInOf = new Map<number, Map<string, number>>()
  readonly #isSettled = (job: number) => this.#headOf(job) === SETTLED

  constructor(families: readonly Family[], edges: readonly Edge[], sources: ListSources) {
    for (const edge of edges) this.#edges.set(edge.index, edge)
    this.#incoming = families.map(family => edges.filter(edge => edge.consumer === family))
    this.#isProducer = families.map(
      family => sources.makers.has(family.index) || edges.some(edge => edge.producer === family),
    )
    this.#sources = sources
  }

  /** Counts, for each job of a block, the edges it waits on. */
  count(family: Family, block: Block, waiting: Int32Array): void {
    const incoming = this.#incoming[family.index]!
    if (incoming.length === 0) return
    for (let job = block.firstJob; job < block.firstJob + block.size; job++) {
      const indices = block.indicesOf(job)
      for (const edge of incoming) if (!this.#isOver(edge, job, indices)) waiting[job]!++
    }
  }

  /** A job of the family has settled. Calls `release` for each job that waits on one edge less. */
  complete(family: Family, job: number, release: (job: number) => void): void {
    if (!this.#isProducer[family.index]) return
    const first = this.#headOf(job)
    this.#setHead(job, SETTLED)
    for (let wait = first; wait !== NOBODY; ) {
      const next = this.#waits.nextOf(wait)
      const edge = this.#waits.edgeOf(wait)
      const consumer = this.#waits.consumerOf(wait)
      this.#waits.free(wait)
      if (edge < 0) this.#continue(~edge, release)
      else {
        const goesOn = this.#edges.get(edge)!
        if (this.#isOver(goesOn, consumer, goesOn.consumer.indicesOf(consumer))) release(consumer)
      }
      wait = next
    }
  }

  /** False: the job waits on the edge, and is noted where it waits. */
  #isOver(edge: Edge, job: number, consumer: readonly number[]): boolean {
    if (edge.selection.isFanIn) return this.#joinFanIn(edge, job, consumer)
    const needed = this.#neededBy(edge, consumer)
    if (needed === -1 || this.#isSettled(needed)) return true
    this.#note(needed, edge.index, job)
    return false
  }

  /** What an edge without `[*]` waits for: the job it names, or the one that makes a list on the way there. */
  #neededBy({ producer, selection }: Edge, consumer: readonly number[]): number {
    if (producer.whole !== undefined) return selectJob(producer, selection, consumer)
    const indices: number[] = []
    for (const [dimension, selector] of selection.selectors.entries()) {
      const list = producer.listAt(dimension, indices)
      if (list === undefined) return this.#sources.makerOf(producer, dimension, indices)
      const index = indexOf(selector, consumer)
      if (index < 0 || index >= list.length) return -1
      indices.push(index)
    }
    const block = producer.blockAt(indices)
    return block?.jobAt(indices) ?? this.#sources.makerOf(producer, indices.length, indices)
  }

  #joinFanIn(edge: Edge, job: number, consumer: readonly number[]): boolean {
    const wanted = FanInSearch.wantedBy(edge, consumer)
    const key = wanted.join()
    const numbers = this.#fanInOf.get(edge.index) ?? new Map<string, number>()
    this.#fanInOf.set(edge.index, numbers)
    let number = numbers.get(key)
    if (number === undefined) {
      number = this.#fanIns.push(new FanInSearch(edge, wanted)) - 1
      numbers.set(key, number)
      this.#seek(number)
    }
    const fanIn = this.#fanIns[number]!
    if (!fanIn.isOver) fanIn.consumers.push(job)
    return fanIn.isOver
  }

  #continue(number: number, release: (job: number) => void): void {
    if (!this.#seek(number)) return
    const fanIn = this.#fanIns[number]!
    const { consumers } = fanIn
    fanIn.consumers = []
    for (const consumer of consumers) release(consumer)
  }

  /** Waits for the next job of a fan-in. @returns true when there is none */
  #seek(number: number): boolean {
    const fanIn = this.#fanIns[number]!
    const needed = fanIn.next(this.#isSettled, this.#sources)
    fanIn.isOver = needed === -1
    if (needed !== -1) this.#note(needed, ~number, 0)
    return fanIn.isOver
  }

  #headOf(job: number): number {
    return this.#heads[job] ?? NOBODY
  }

  #setHead(job: number, head: number): void {
    if (job >= this.#heads.length) {
      const grown = new Int32Array(Math.max(job + 1, this.#heads.length + (this.#heads.length >> 1), 1024))
      grown.set(this.#heads)
      this.#heads = grown
    }
    this.#heads[job] = head
  }

  #note(job: number, edge: number, consumer: number): void {
    this.#setHead(job, this.#waits.add(edge, consumer, this.#headOf(job)))
  }
}
