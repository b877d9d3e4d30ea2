import type { Block } from '../geometry/block.js'
import type { Family } from '../geometry/family.js'
import { indicesOf, productOf } from '../geometry/indices.js'
import type { Selection } from '../geometry/selection.js'

/** One pattern of dependency between two families: every job of `consumer` needs the jobs that `selection` names. */
export interface Edge {
  readonly index: number
  readonly consumer: Family
  readonly producer: Family
  readonly selection: Selection
}

/**
 * An edge between two families of one block each: who waits for whom follows from index arithmetic. A fan-in waits for
 * *groups* of producer jobs (one counter a group) instead of for each job, so that n consumers of n jobs cost n, not n².
 */
export interface BlockEdge extends Edge {
  readonly from: Block
  readonly to: Block
  /** Same loops, no offset: job i needs job i. */
  readonly isIdentity: boolean
  /** Number of groups, and producer jobs in each; 0 groups for an edge without `[*]`. */
  readonly groupCount: number
  readonly groupSize: number
}

/** Undefined when one of the families varies. */
export function blockEdge(edge: Edge): BlockEdge | undefined {
  const { consumer, producer, selection } = edge
  const from = producer.whole
  const to = consumer.whole
  if (from === undefined || to === undefined) return undefined
  const { selectors, isFanIn } = selection
  const extentsOf = (type: 'loop' | 'all') => from.extents.filter((_, at) => selectors[at]!.type === type)
  return {
    ...edge,
    from,
    to,
    isIdentity:
      selectors.length === to.extents.length &&
      selectors.every((s, at) => s.type === 'loop' && s.position === at && s.offset === 0),
    groupCount: isFanIn ? productOf(extentsOf('loop')) : 0,
    groupSize: isFanIn ? productOf(extentsOf('all')) : 0,
  }
}

/** The group that a producer's job counts for, or -1 when a fixed selector leaves it out. */
export function groupOf(edge: BlockEdge, producerIndices: readonly number[]): number {
  const { selectors } = edge.selection
  const { extents } = edge.from
  let group = 0
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    const index = producerIndices[dimension]!
    if (selector.type === 'fixed' && selector.index !== index) return -1
    if (selector.type === 'loop') group = group * extents[dimension]! + index
  }
  return group
}

/**
 * Calls `visit` with the position of every consumer job that needs the given producer job (or its group:
 * only the dimensions with a loop selector count).
 */
export function forEachConsumer(
  edge: BlockEdge,
  producerIndices: readonly number[],
  visit: (consumerPosition: number) => void,
): void {
  const { selectors } = edge.selection
  const { extents, strides, size } = edge.to
  if (size === 0) return
  const fixed = new Array<number>(extents.length).fill(-1)
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    if (selector.type === 'all') continue
    if (selector.type === 'fixed') {
      if (selector.index !== producerIndices[dimension]) return
      continue
    }
    const index = producerIndices[dimension]! - selector.offset
    if (index < 0 || index >= extents[selector.position]!) return
    if (fixed[selector.position] !== -1 && fixed[selector.position] !== index) return
    fixed[selector.position] = index
  }
  visitFrom(0, 0)

  function visitFrom(dimension: number, position: number): void {
    if (dimension === extents.length) {
      visit(position)
      return
    }
    const stride = strides[dimension]!
    if (fixed[dimension] !== -1) {
      visitFrom(dimension + 1, position + fixed[dimension]! * stride)
      return
    }
    for (let index = 0; index < extents[dimension]!; index++)
      visitFrom(dimension + 1, position + index * stride)
  }
}

/** True when the consumer at these indices really waits on this edge: in range, and not on an empty list. */
export function isNeeded(edge: BlockEdge, consumerIndices: readonly number[]): boolean {
  const { selectors, isFanIn } = edge.selection
  const { extents } = edge.from
  if (isFanIn && edge.groupSize === 0) return false
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    if (selector.type === 'all') continue
    const index =
      selector.type === 'loop' ? consumerIndices[selector.position]! + selector.offset : selector.index
    if (index < 0 || index >= extents[dimension]!) return false
  }
  return true
}

/** Indices whose loop dimensions name this group, for {@link forEachConsumer}. */
export function indicesOfGroup(edge: BlockEdge, group: number): number[] {
  const { selectors } = edge.selection
  const loopExtents = edge.from.extents.filter((_, at) => selectors[at]!.type === 'loop')
  const loopIndices = indicesOf(group, loopExtents)
  let next = 0
  return selectors.map(s => (s.type === 'loop' ? loopIndices[next++]! : s.type === 'fixed' ? s.index : 0))
}
