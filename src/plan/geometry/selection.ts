import type { Selector } from '../../blueprint/reference/selector.js'

/** A selector with the consumer's loop replaced by its position among the consumer's loops. */
export type BoundSelector =
  | { readonly type: 'loop'; readonly position: number; readonly offset: number }
  | { readonly type: 'fixed'; readonly index: number }
  | { readonly type: 'all' }

/** One selector for each loop of a producer or an output, as a function of the consumer's indices. */
export interface Selection {
  readonly selectors: readonly BoundSelector[]
  /** Has a `[*]`: names a list. */
  readonly isFanIn: boolean
}

export function bindSelection(selectors: readonly Selector[], consumerLoops: readonly string[]): Selection {
  return {
    selectors: selectors.map(selector =>
      selector.type === 'loop'
        ? { type: 'loop', position: consumerLoops.indexOf(selector.loop), offset: selector.offset }
        : selector,
    ),
    isFanIn: selectors.some(selector => selector.type === 'all'),
  }
}

/** The index that a selector names, which may be out of range; -1 for `[*]`. */
export function indexOf(selector: BoundSelector, consumer: readonly number[]): number {
  if (selector.type === 'loop') return consumer[selector.position]! + selector.offset
  return selector.type === 'fixed' ? selector.index : -1
}

/** Position that a selection without `[*]` names in a row-major space, or -1 when it is out of range. */
export function selectOne(
  { selectors }: Selection,
  extents: readonly number[],
  consumer: readonly number[],
): number {
  let position = 0
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    const extent = extents[dimension]!
    const index = selector.type === 'all' ? 0 : indexOf(selector, consumer)
    if (index < 0 || index >= extent) return -1
    position = position * extent + index
  }
  return position
}

/** All positions a selection names in a row-major space, in order. */
export function selectAll(
  { selectors }: Selection,
  extents: readonly number[],
  consumer: readonly number[],
): number[] {
  let positions = [0]
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    const extent = extents[dimension]!
    if (selector.type === 'all') {
      const expanded = new Array<number>(positions.length * extent)
      let at = 0
      for (const position of positions)
        for (let index = 0; index < extent; index++) expanded[at++] = position * extent + index
      positions = expanded
      continue
    }
    const index = indexOf(selector, consumer)
    if (index < 0 || index >= extent) return []
    for (let at = 0; at < positions.length; at++) positions[at] = positions[at]! * extent + index
  }
  return positions
}
