import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { Expansion } from '../../model/movie/expansion.js'
import { expansionKey } from '../../model/movie/expansion.js'
import { forEachParents } from '../geometry/for-each-parents.js'
import type { Geometry } from '../geometry/geometry.js'
import type { LoopList } from '../geometry/loop-lists.js'
import { KeyTable } from '../identity/key-table.js'
import { parentNames } from './parent-names.js'

/** A list whose elements are tried, as it was recorded: which of them were accepted is for others to say. */
export const triedList = (length: number, starts: readonly number[]): LoopList => ({
  length,
  tried: { starts, isOpen: false },
})

/** Adds the jobs of lists that jobs have made, as the movie has recorded them. */
export function growAsRecorded(
  geometry: Geometry,
  loops: ReadonlyMap<string, LoopSpec>,
  expansions: ReadonlyMap<string, Expansion>,
): void {
  const outermostFirst = [...loops.values()].sort((a, b) => a.parents.length - b.parents.length)
  for (const loop of outermostFirst) {
    if (!loop.isGrown) continue
    forEachParents(geometry.lists, loop, parents => {
      const found = expansions.get(expansionKey(loop.name, parentNames(geometry.lists, loop.name, parents)))
      if (found === undefined || (found.error !== undefined && loop.until === undefined)) return
      if (loop.until !== undefined) {
        const length = found.count ?? 0
        const known = geometry.lists.get(loop.name)!.at(parents)
        if (known === undefined) geometry.grow(loop.name, parents, triedList(length, [0]))
        else if (known.length < length)
          geometry.grow(
            loop.name,
            parents,
            triedList(length, [...(known.tried?.starts ?? [0]), known.length]),
          )
        return
      }
      const keys = found.keys && new KeyTable()
      for (const key of found.keys ?? []) keys!.add(key)
      const length = found.count ?? found.keys?.length ?? 0
      geometry.grow(loop.name, parents, { length, ...(keys && { keys }) })
    })
  }
}
