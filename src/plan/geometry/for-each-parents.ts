import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { LoopLists } from './loop-lists.js'

/** Calls `visit` with the indices of the loops around a loop, for all their elements that are known. */
export function forEachParents(
  lists: ReadonlyMap<string, LoopLists>,
  { parents }: Pick<LoopSpec, 'parents'>,
  visit: (indices: readonly number[]) => void,
): void {
  const positions = parents.map(parent => lists.get(parent)!.parents.map(each => parents.indexOf(each)))
  const indices: number[] = []
  const descend = (depth: number): void => {
    if (depth === parents.length) {
      visit(indices.slice())
      return
    }
    const length = lists.get(parents[depth]!)!.find(indices, positions[depth]!)?.length ?? 0
    for (let index = 0; index < length; index++) {
      indices[depth] = index
      descend(depth + 1)
    }
  }
  descend(0)
}
