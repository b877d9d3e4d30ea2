import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { MovieId } from '../../model/id.js'
import type { Expansion } from '../../model/movie/expansion.js'
import { expansionKey } from '../../model/movie/expansion.js'
import { LOG_START } from '../../model/movie/manifest.js'
import type { Geometry } from '../../plan/geometry/geometry.js'
import { forEachParents } from '../../plan/geometry/known-lists.js'
import { parentNames } from '../../plan/growth/parent-names.js'
import { KeyTable } from '../../plan/identity/key-table.js'
import type { Store } from '../../storage/store.js'

/** Adds the jobs of lists that jobs have made, as the movie has recorded them. */
export function growLists(
  geometry: Geometry,
  loops: ReadonlyMap<string, LoopSpec>,
  expansions: ReadonlyMap<string, Expansion>,
): void {
  const outermostFirst = [...loops.values()].sort((a, b) => a.parents.length - b.parents.length)
  for (const loop of outermostFirst) {
    if (!loop.isGrown) continue
    forEachParents(geometry.lists, loop, parents => {
      const found = expansions.get(expansionKey(loop.name, parentNames(geometry.lists, loop.name, parents)))
      if (found === undefined || found.error !== undefined) return
      const keys = found.keys && new KeyTable()
      for (const key of found.keys ?? []) keys!.add(key)
      const length = found.count ?? found.keys?.length ?? 0
      geometry.grow(loop.name, parents, { length, ...(keys && { keys }) })
    })
  }
}

/** What the movie has recorded of such lists, by what tells them apart. */
export async function readExpansions(store: Store, movie: MovieId): Promise<ReadonlyMap<string, Expansion>> {
  const header = (await store.manifests(movie).lookUp())?.header
  const expansions = new Map<string, Expansion>()
  const note = (expansion: Expansion) =>
    expansions.set(expansionKey(expansion.loop, expansion.parents), expansion)
  for (const expansion of header?.lists ?? []) note(expansion)
  for await (const { events } of store.log(movie).read(header?.position ?? LOG_START))
    for (const { event } of events) if (event.type === 'loop.expanded') note(event)
  return expansions
}
