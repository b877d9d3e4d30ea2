import type { Selector } from '../../blueprint/blueprint.js'
import { stridesOf } from '../geometry/indices.js'

/** A selector with the consumer's loop replaced by its position among the consumer's loops. */
type BoundSelector =
  | { readonly type: 'loop'; readonly position: number; readonly offset: number }
  | { readonly type: 'fixed'; readonly index: number }
  | { readonly type: 'all' }

/**
 * The part of a row-major space (a producer's jobs, or an output's artifacts) that a reference names, as a
 * function of the consumer's indices.
 */
export interface Selection {
  readonly selectors: readonly BoundSelector[]
  readonly extents: readonly number[]
  readonly strides: readonly number[]
  /** Has a `[*]`: names a list. */
  readonly isFanIn: boolean
}

export function bindSelection(
  selectors: readonly Selector[],
  extents: readonly number[],
  consumerLoops: readonly string[],
): Selection {
  return {
    selectors: selectors.map(selector =>
      selector.type === 'loop'
        ? { type: 'loop', position: consumerLoops.indexOf(selector.loop), offset: selector.offset }
        : selector,
    ),
    extents,
    strides: stridesOf(extents),
    isFanIn: selectors.some(selector => selector.type === 'all'),
  }
}

/** Position that a selection without `[*]` names, or -1 when it is out of range. */
export function selectOne(selection: Selection, consumer: readonly number[]): number {
  let position = 0
  for (let dimension = 0; dimension < selection.selectors.length; dimension++) {
    const selector = selection.selectors[dimension]!
    const extent = selection.extents[dimension]!
    let index = 0
    if (selector.type === 'loop') index = consumer[selector.position]! + selector.offset
    else if (selector.type === 'fixed') index = selector.index
    if (index < 0 || index >= extent) return -1
    position = position * extent + index
  }
  return position
}

/** All positions a selection names, in row-major order. */
export function selectAll(selection: Selection, consumer: readonly number[]): number[] {
  let positions = [0]
  for (let dimension = 0; dimension < selection.selectors.length; dimension++) {
    const selector = selection.selectors[dimension]!
    const extent = selection.extents[dimension]!
    if (selector.type === 'all') {
      const expanded = new Array<number>(positions.length * extent)
      let at = 0
      for (const position of positions)
        for (let index = 0; index < extent; index++) expanded[at++] = position * extent + index
      positions = expanded
      continue
    }
    const index = selector.type === 'loop' ? consumer[selector.position]! + selector.offset : selector.index
    if (index < 0 || index >= extent) return []
    for (let at = 0; at < positions.length; at++) positions[at] = positions[at]! * extent + index
  }
  return positions
}
