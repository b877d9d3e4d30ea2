import type { JobTracker } from '../plan.js'
import { type Edge, forEachConsumer, groupOf, indicesOfGroup, isNeeded } from './edge.js'
import type { Family } from './family.js'
import { indicesOf } from './indices.js'

/**
 * Counts, for each job, the edges it still waits on. `complete` is called once a job; it reports the jobs
 * that wait on nothing any more. Four bytes a job; edges come from index arithmetic.
 */
export class DependencyTracker implements JobTracker {
  readonly #outgoing: readonly (readonly Edge[])[]
  readonly #waiting: Int32Array
  /** Jobs left in each group, by edge. */
  readonly #groups: readonly Int32Array[]
  readonly #initiallyReady: Int32Array

  constructor(families: readonly Family[], edges: readonly Edge[], jobCount: number) {
    this.#outgoing = families.map(family => edges.filter(edge => edge.producer === family))
    this.#groups = edges.map(edge => new Int32Array(edge.groupCount).fill(edge.groupSize))
    this.#waiting = new Int32Array(jobCount)
    for (const edge of edges) this.#countConsumers(edge)
    this.#initiallyReady = readyIn(this.#waiting)
  }

  #countConsumers(edge: Edge): void {
    const { consumer, selection } = edge
    const alwaysNeeded =
      selection.selectors.every(s => s.type === 'all' || (s.type === 'loop' && s.offset === 0)) &&
      (!selection.isFanIn || edge.groupSize > 0)
    for (let position = 0; position < consumer.size; position++) {
      if (alwaysNeeded || isNeeded(edge, indicesOf(position, consumer.extents)))
        this.#waiting[consumer.firstJob + position]!++
    }
  }

  /** Marks a job of `family` as settled, whatever its outcome; calls `onReady` for each job this frees. */
  complete(family: Family, job: number, onReady: (job: number) => void): void {
    const outgoing = this.#outgoing[family.index]!
    if (outgoing.length === 0) return
    const position = job - family.firstJob
    let indices: number[] | undefined
    for (const edge of outgoing) {
      const first = edge.consumer.firstJob
      const release = (consumer: number) => {
        if (--this.#waiting[first + consumer]! === 0) onReady(first + consumer)
      }
      if (edge.isIdentity) {
        release(position)
        continue
      }
      indices ??= indicesOf(position, family.extents)
      if (!edge.selection.isFanIn) {
        forEachConsumer(edge, indices, release)
        continue
      }
      const group = groupOf(edge, indices)
      if (group === -1) continue
      const groups = this.#groups[edge.index]!
      if (--groups[group]! === 0) forEachConsumer(edge, indicesOfGroup(edge, group), release)
    }
  }

  /** The jobs that wait on nothing at the start, in order. Later completions do not change it. */
  initiallyReady(): IterableIterator<number> {
    return this.#initiallyReady.values()
  }
}

function readyIn(waiting: Int32Array): Int32Array {
  let count = 0
  for (const edges of waiting) if (edges === 0) count++
  const ready = new Int32Array(count)
  let at = 0
  for (let job = 0; job < waiting.length; job++) if (waiting[job] === 0) ready[at++] = job
  return ready
}
