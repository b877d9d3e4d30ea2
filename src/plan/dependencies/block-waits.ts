import type { Family } from '../geometry/family.js'
import { indicesOf } from '../geometry/indices.js'
import { type BlockEdge, forEachConsumer, groupOf, indicesOfGroup, isNeeded } from './edge.js'

/** Who waits for whom between families of one block each: by index arithmetic, with one counter a group of jobs. */
export class BlockWaits {
  /** By family. */
  readonly #outgoing: readonly (readonly BlockEdge[])[]
  /** Jobs left in each group, by edge. */
  readonly #groups: readonly Int32Array[]

  constructor(families: readonly Family[], edges: readonly BlockEdge[]) {
    this.#outgoing = families.map(family => edges.filter(edge => edge.producer === family))
    const groups: Int32Array[] = []
    for (const edge of edges) groups[edge.index] = new Int32Array(edge.groupCount).fill(edge.groupSize)
    this.#groups = groups
  }

  /** Counts, for each job, the edges it waits on. */
  count(waiting: Int32Array): void {
    for (const edges of this.#outgoing) for (const edge of edges) countConsumers(edge, waiting)
  }

  /** A job of the family has settled. Calls `release` for each job that waits on one edge less. */
  complete(family: Family, job: number, release: (job: number) => void): void {
    const outgoing = this.#outgoing[family.index]!
    if (outgoing.length === 0) return
    const position = job - family.whole!.firstJob
    let indices: number[] | undefined
    for (const edge of outgoing) {
      const first = edge.to.firstJob
      if (edge.isIdentity) {
        release(first + position)
        continue
      }
      const releaseAt = (consumer: number) => release(first + consumer)
      indices ??= indicesOf(position, edge.from.extents)
      if (!edge.selection.isFanIn) {
        forEachConsumer(edge, indices, releaseAt)
        continue
      }
      const group = groupOf(edge, indices)
      if (group === -1) continue
      const groups = this.#groups[edge.index]!
      if (--groups[group]! === 0) forEachConsumer(edge, indicesOfGroup(edge, group), releaseAt)
    }
  }
}

function countConsumers(edge: BlockEdge, waiting: Int32Array): void {
  const { to, selection } = edge
  const alwaysNeeded =
    selection.selectors.every(s => s.type === 'all' || (s.type === 'loop' && s.offset === 0)) &&
    (!selection.isFanIn || edge.groupSize > 0)
  for (let position = 0; position < to.size; position++) {
    if (alwaysNeeded || isNeeded(edge, indicesOf(position, to.extents))) waiting[to.firstJob + position]!++
  }
}
