import type { Selection } from '../values/selection.js'
import type { Family } from './family.js'
import { indicesOf, productOf } from './indices.js'

/**
 * One pattern of dependency between two families: every job of `consumer` needs the jobs of `producer`
 * that `selection` names. A fan-in waits for *groups* of producer jobs (one counter a group) instead of
 * for each job, so that n consumers of n jobs cost n, not n².
 */
export interface Edge {
  readonly index: number
  readonly consumer: Family
  readonly producer: Family
  readonly selection: Selection
  /** Same loops, no offset: job i needs job i. */
  readonly isIdentity: boolean
  /** Number of groups, and producer jobs in each; 0 groups for an edge without `[*]`. */
  readonly groupCount: number
  readonly groupSize: number
}

export function createEdge(index: number, consumer: Family, producer: Family, selection: Selection): Edge {
  const { selectors, extents } = selection
  const extentsOf = (type: 'loop' | 'all') => extents.filter((_, at) => selectors[at]!.type === type)
  return {
    index,
    consumer,
    producer,
    selection,
    isIdentity:
      selectors.length === consumer.extents.length &&
      selectors.every((s, at) => s.type === 'loop' && s.position === at && s.offset === 0),
    groupCount: selection.isFanIn ? productOf(extentsOf('loop')) : 0,
    groupSize: selection.isFanIn ? productOf(extentsOf('all')) : 0,
  }
}

/** The group that a producer's job counts for, or -1 when a fixed selector leaves it out. */
export function groupOf(edge: Edge, producerIndices: readonly number[]): number {
  const { selectors, extents } = edge.selection
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
  edge: Edge,
  producerIndices: readonly number[],
  visit: (consumerPosition: number) => void,
): void {
  const { selectors } = edge.selection
  const { extents, strides, size } = edge.consumer
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
export function isNeeded(edge: Edge, consumerIndices: readonly number[]): boolean {
  const { selectors, extents, isFanIn } = edge.selection
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
export function indicesOfGroup(edge: Edge, group: number): number[] {
  const { selectors, extents } = edge.selection
  const loopExtents = extents.filter((_, at) => selectors[at]!.type === 'loop')
  const loopIndices = indicesOf(group, loopExtents)
  let next = 0
  return selectors.map(s => (s.type === 'loop' ? loopIndices[next++]! : s.type === 'fixed' ? s.index : 0))
}
