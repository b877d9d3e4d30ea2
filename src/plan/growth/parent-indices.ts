import type { ElementName } from '../../model/id.js'
import type { LoopList, LoopLists } from '../geometry/loop-lists.js'

/** The position of an element in a list, by what names it there; -1 when it has none. */
export function positionIn({ keys, length }: LoopList, name: ElementName): number {
  if (typeof name === 'string') return keys?.find(name) ?? -1
  return keys === undefined && name < length ? name : -1
}

/** Indices of the elements of the loops around a loop, by their names; undefined when one is not there, or not known. */
export function parentIndices(
  lists: ReadonlyMap<string, LoopLists>,
  loop: string,
  names: readonly ElementName[],
): number[] | undefined {
  const parents = lists.get(loop)?.parents
  if (parents?.length !== names.length) return undefined
  const indices: number[] = []
  for (const [at, parent] of parents.entries()) {
    const around = lists.get(parent)!
    const list = around.find(
      indices,
      around.parents.map(each => parents.indexOf(each)),
    )
    const index = list === undefined ? -1 : positionIn(list, names[at]!)
    if (index === -1) return undefined
    indices.push(index)
  }
  return indices
}
