import type { JobId, MovieId } from '../../model/id.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Store } from '../../storage/store.js'
import type { MovieLayout } from '../movie/movie-layout.js'
import { recordedElements } from '../movie/recorded-elements.js'

/** The elements that jobs were made for. */
export interface Captions {
  /** By loop; those of lists that jobs have made are left out. */
  of(job: JobId): Readonly<Record<string, unknown>>
}

/** Reads each list of the record once, and keeps the elements of these jobs. */
export async function readCaptions(
  store: Store,
  movieId: MovieId,
  layout: MovieLayout | undefined,
  jobs: readonly JobId[],
): Promise<Captions> {
  if (layout === undefined) return { of: () => ({}) }
  const slots = layout.createSlots()
  const placeOf = (
    id: JobId,
  ): { readonly family: Family; readonly indices: readonly number[] } | undefined => {
    const job = slots.plannedJob(id)
    if (job === -1) return undefined
    const family = layout.geometry.families[layout.geometry.blockOf(job).family]!
    return { family, indices: family.indicesOf(job) }
  }
  const wanted = new Map<string, Map<number, unknown>>()
  for (const id of jobs) {
    const place = placeOf(id)
    for (const [at, loop] of (place?.family.producer.loops ?? []).entries()) {
      if (layout.loops.get(loop)!.parents.length > 0) continue
      const ofLoop = wanted.get(loop) ?? new Map<number, unknown>()
      wanted.set(loop, ofLoop.set(place!.indices[at]!, undefined))
    }
  }
  for (const [loop, elements] of wanted) {
    let index = 0
    for await (const element of recordedElements(store, movieId, layout.runId, layout.loops.get(loop)))
      if (elements.has(index++)) elements.set(index - 1, element)
  }
  return {
    of(id) {
      const place = placeOf(id)
      const entries = (place?.family.producer.loops ?? []).flatMap((loop, at) => {
        const element = wanted.get(loop)?.get(place!.indices[at]!)
        return element === undefined ? [] : [[loop, element] as const]
      })
      return Object.fromEntries(entries)
    },
  }
}
