import type { MovieId } from '../../model/id.js'
import type { Expansion } from '../../model/movie/expansion.js'
import { expansionKey, moveLists } from '../../model/movie/expansion.js'
import { LOG_START } from '../../model/movie/log-position.js'
import type { Store } from '../../storage/store.js'

/** What a movie has recorded of the lists that its jobs have made, by what tells them apart. */
export async function readExpansions(store: Store, movie: MovieId): Promise<ReadonlyMap<string, Expansion>> {
  const manifest = await store.manifests(movie).lookUp()
  const expansions = new Map<string, Expansion>()
  const note = (expansion: Expansion) =>
    expansions.set(expansionKey(expansion.loop, expansion.parents), expansion)
  if (manifest !== undefined) for await (const expansion of manifest.lists()) note(expansion)
  const types = ['run.started', 'loop.expanded'] as const
  for await (const { events } of store.log(movie).read(manifest?.header.position ?? LOG_START, { types }))
    for (const { event } of events) {
      if (event.type !== 'run.started' && event.type !== 'loop.expanded') continue
      if (event.moved !== undefined) moveLists(expansions, event.moved)
      if (event.type === 'loop.expanded') note(event)
    }
  return expansions
}
