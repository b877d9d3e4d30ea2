import type { ElementName } from '../../model/id.js'
import type { LoopLists } from '../geometry/loop-lists.js'

/** What names the elements of the loops around a loop, by their indices. */
export function parentNames(
  lists: ReadonlyMap<string, LoopLists>,
  loop: string,
  indices: readonly number[],
): ElementName[] {
  const { parents } = lists.get(loop)!
  return indices.map((index, at) => {
    const around = lists.get(parents[at]!)!
    const list = around.find(
      indices,
      around.parents.map(each => parents.indexOf(each)),
    )
    return list?.keys?.at(index) ?? index
  })
}
