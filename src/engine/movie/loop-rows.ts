import { evolve } from '../../coordinator/state/evolve.js'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Store } from '../../storage/store.js'
import { newestRun } from '../run-shape/newest-run.js'
import { CostedState } from './job-costs.js'
import { type MovieLayout, readLayout } from './movie-layout.js'
import type { MovieRow, RowsOptions } from './movie-row.js'
import { recordedElements } from './recorded-elements.js'
import { RowReader } from './row-reader.js'

/**
 * The elements of one loop of a movie, as its last run had them, with what was made from them up to the moment at which
 * this was opened. To be disposed of.
 */
export class LoopRows implements Disposable {
  readonly loop: string
  readonly layout: MovieLayout
  /** Elements of the loop. */
  readonly count: number
  readonly #store: Store
  readonly #movieId: MovieId
  readonly #state: CostedState
  readonly #reader: RowReader

  constructor(store: Store, movieId: MovieId, layout: MovieLayout, state: CostedState, loop: string) {
    const blobs = store.blobs(movieId)
    this.loop = loop
    this.layout = layout
    this.count = layout.extents.get(loop)!
    this.#store = store
    this.#movieId = movieId
    this.#state = state
    this.#reader = new RowReader(layout, loop, state, blob => blobs.readStream(blob))
  }

  /** The producers in the loop. */
  get families(): readonly Family[] {
    return this.#reader.families
  }

  /** The elements alone; undefined ones where the loop only counts. */
  async *elements(): AsyncGenerator<JsonValue | undefined, void, undefined> {
    const { layout, loop, count } = this
    const elements = recordedElements(this.#store, this.#movieId, layout.runId, layout.loops.get(loop))
    try {
      for (let index = 0; index < count; index++) yield (await elements.next()).value as JsonValue | undefined
    } finally {
      // It has the record open until then.
      await elements.return()
    }
  }

  /** In the order of the elements. */
  async *read({ signal, keys }: RowsOptions): AsyncGenerator<MovieRow, void, undefined> {
    const wanted = keys && new Set(keys)
    let index = 0
    for await (const element of this.elements()) {
      signal?.throwIfAborted()
      const key = this.#reader.keyOf(index)
      if (wanted === undefined || wanted.delete(key)) yield await this.#reader.read(index, element)
      if (wanted?.size === 0) return
      index++
    }
  }

  [Symbol.dispose](): void {
    this.#state[Symbol.dispose]()
  }
}

/**
 * Folds a movie's log for its rows. Undefined when no run has left a record of its elements.
 * @param loop undefined: the outermost one, when there is only one
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`; `USAGE_INVALID` for a loop that the last run did not have
 */
export async function openLoopRows(
  store: Store,
  movieId: MovieId,
  loop: string | undefined,
  signal: AbortSignal | undefined,
): Promise<LoopRows | undefined> {
  await requireMovie(store, movieId)
  const runId = await newestRun(store, movieId, signal)
  const layout = runId && (await readLayout(store, movieId, runId))
  if (layout === undefined) return undefined
  const chosen = loop === undefined ? onlyLoopOf(layout) : checkLoop(layout, loop)
  // The whole log, since what a job has cost stands nowhere else.
  const state = new CostedState(layout.createSlots())
  try {
    for await (const { events } of store.log(movieId).read()) {
      signal?.throwIfAborted()
      for (const { event } of events) evolve(state, event)
    }
    return new LoopRows(store, movieId, layout, state, chosen)
  } catch (error) {
    state[Symbol.dispose]()
    throw error
  }
}

function checkLoop({ extents }: MovieLayout, loop: string): string {
  if (extents.has(loop)) return loop
  throw new ShowrunnerError('USAGE_INVALID', unknownNameText('loop of the last run', loop, extents.keys()), {
    details: { loop },
  })
}

function onlyLoopOf({ families, extents }: MovieLayout): string {
  const outermost = new Set(families.flatMap(({ producer: { loops } }) => loops.slice(0, 1)))
  const [only, ...others] = outermost
  if (only !== undefined && others.length === 0) return only
  const names = [...extents.keys()]
  const found = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
  throw new ShowrunnerError('USAGE_INVALID', `Rows of which loop? Name one of the movie's loops: ${found}.`, {
    details: { loops: names },
  })
}
