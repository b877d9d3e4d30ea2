import type { Block } from '../geometry/block.js'
import type { Family } from '../geometry/family.js'
import type { Geometry } from '../geometry/geometry.js'
import type { JobTracker } from '../plan.js'
import { BlockWaits } from './block-waits.js'
import { blockEdge, type Edge } from './edge.js'
import type { ListSources } from './list-sources.js'
import { ListWaits } from './list-waits.js'

/**
 * Counts, for each job, the edges it still waits on. `complete` is called once a job; it reports the jobs
 * that wait on nothing any more. Four bytes a job; edges come from index arithmetic.
 */
export class DependencyTracker implements JobTracker {
  readonly #families: readonly Family[]
  readonly #byBlock: BlockWaits
  /** Undefined where all lists are the same for all. */
  readonly #byList: ListWaits | undefined
  #waiting: Int32Array
  readonly #initiallyReady: Int32Array

  constructor(geometry: Geometry, edges: readonly Edge[], sources: ListSources) {
    const { families } = geometry
    this.#families = families
    const ofBlocks = edges.flatMap(edge => blockEdge(edge) ?? [])
    this.#byBlock = new BlockWaits(families, ofBlocks)
    const varies = families.some(family => family.varies)
    const numbers = new Set(ofBlocks.map(({ index }) => index))
    const others = edges.filter(({ index }) => !numbers.has(index))
    this.#byList = varies ? new ListWaits(families, others, sources) : undefined
    this.#waiting = new Int32Array(geometry.jobSlots)
    this.#byBlock.count(this.#waiting)
    if (this.#byList !== undefined)
      for (const family of families)
        for (const block of family.blocks) this.#byList.count(family, block, this.#waiting)
    this.#initiallyReady = readyIn(geometry, this.#waiting)
  }

  /** Jobs have become known. Calls `onReady` for those that wait on nothing. */
  add(block: Block, onReady: (job: number) => void): void {
    const end = block.firstJob + block.size
    if (end > this.#waiting.length) {
      const grown = new Int32Array(Math.max(end, this.#waiting.length + (this.#waiting.length >> 1), 1024))
      grown.set(this.#waiting)
      this.#waiting = grown
    }
    this.#byList!.count(this.#families[block.family]!, block, this.#waiting)
    for (let job = block.firstJob; job < end; job++) if (this.#waiting[job] === 0) onReady(job)
  }

  /** Marks a job of `family` as settled, whatever its outcome; calls `onReady` for each job this frees. */
  complete(family: Family, job: number, onReady: (job: number) => void): void {
    const release = (consumer: number) => {
      if (--this.#waiting[consumer]! === 0) onReady(consumer)
    }
    if (!family.varies) this.#byBlock.complete(family, job, release)
    this.#byList?.complete(family, job, release)
  }

  /** The jobs that wait on nothing at the start, in order. Later completions do not change it. */
  initiallyReady(): IterableIterator<number> {
    return this.#initiallyReady.values()
  }
}

/** Slots that were reserved for jobs the geometry does not have are left out. */
function readyIn(geometry: Geometry, waiting: Int32Array): Int32Array {
  const isReady = (job: number) => waiting[job] === 0 && (!geometry.canGrow || geometry.hasJob(job))
  let count = 0
  for (let job = 0; job < waiting.length; job++) if (isReady(job)) count++
  const ready = new Int32Array(count)
  let at = 0
  for (let job = 0; job < waiting.length; job++) if (isReady(job)) ready[at++] = job
  return ready
}
