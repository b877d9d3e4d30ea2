import type { Expansion } from '../../model/movie/expansion.js'
import type { Geometry } from '../geometry/geometry.js'
import type { LoopList, LoopLists } from '../geometry/loop-lists.js'
import { KeyTable } from '../identity/key-table.js'
import { triedList } from './grow-as-recorded.js'

/**
 * Adds the jobs of one list that a job has made, as its event tells.
 * @returns whether the geometry has that list now; false where another one is known in its place, or the loops around
 * it are not
 */
export function growByEvent(
  geometry: Geometry,
  { loop, parents = [], count, keys, error, artifactId }: Expansion,
): boolean {
  const isTried = artifactId === undefined
  const lists = geometry.lists.get(loop)
  const indices = lists && indicesOf(geometry.lists, lists, parents)
  if (lists === undefined || indices === undefined) return false
  const length = count ?? keys?.length ?? 0
  const known = lists.at(indices)
  if (known?.tried !== undefined) {
    // A shorter one than before has lost elements: that is another layout.
    if (length > known.length)
      geometry.grow(loop, indices, triedList(length, [...known.tried.starts, known.length]))
    return length >= known.length
  }
  if (isTried) {
    geometry.grow(loop, indices, triedList(length, [0]))
    return true
  }
  if (error !== undefined) return true
  if (known !== undefined) return isSame(known, length, keys)
  const table = keys && new KeyTable()
  for (const key of keys ?? []) table!.add(key)
  geometry.grow(loop, indices, { length, ...(table && { keys: table }) })
  return true
}

const isSame = (known: LoopList, length: number, keys: readonly string[] = []): boolean =>
  known.length === length && keys.every((key, at) => known.keys?.at(at) === key)

/** Where the elements stand that the loops around a list are at. */
function indicesOf(
  all: ReadonlyMap<string, LoopLists>,
  { parents }: LoopLists,
  names: NonNullable<Expansion['parents']>,
): number[] | undefined {
  const indices: number[] = []
  for (const [at, parent] of parents.entries()) {
    const around = all.get(parent)!
    const list = around.find(
      indices,
      around.parents.map(each => parents.indexOf(each)),
    )
    const name = names[at]
    const index = typeof name === 'number' ? name : (list?.keys?.find(name ?? '') ?? -1)
    if (list === undefined || index < 0 || index >= list.length) return undefined
    indices.push(index)
  }
  return indices
}
