import type { LoopSpec } from '../../blueprint/blueprint.js'
import { evolve } from '../../coordinator/state/evolve.js'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { Family } from '../../plan/geometry/family.js'
import { forEachParents } from '../../plan/geometry/for-each-parents.js'
import type { Store } from '../../storage/store.js'
import { acceptedElements } from '../elements/accepted-elements.js'
import { loopElements } from '../elements/loop-elements.js'
import { newestRun } from '../run-shape/newest-run.js'
import { CostedState } from './costed/job-costs.js'
import { type MovieLayout, readLayout } from './movie-layout.js'
import type { MovieRow, RowsOptions } from './movie-row.js'
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
  /** Whether an element counts, of a loop with `until`; asked in the order of the elements. */
  readonly isAccepted: ((indices: readonly number[]) => boolean) | undefined
  readonly #store: Store
  readonly #movieId: MovieId
  readonly #state: CostedState
  readonly #reader: RowReader
  readonly #spec: LoopSpec

  constructor(store: Store, movieId: MovieId, layout: MovieLayout, state: CostedState, loop: string) {
    const blobs = store.blobs(movieId)
    this.loop = loop
    this.layout = layout
    this.#spec = layout.loops.get(loop)!
    this.count = elementCount(layout, this.#spec)
    this.#store = store
    this.#movieId = movieId
    this.#state = state
    this.isAccepted = acceptedElements(layout, this.#spec, state)
    this.#reader = new RowReader(layout, this.#spec, state, blob => blobs.readStream(blob))
  }

  /** The producers in the loop. */
  get families(): readonly Family[] {
    return this.#reader.families
  }

  /** Those of them with jobs of which an answer was rejected, and none accepted. */
  get rejectedFamilies(): readonly Family[] {
    const { geometry } = this.layout
    const found = new Set<number>()
    for (const job of this.#state.feedback.keys())
      if (job < geometry.jobCount && this.#reader.rejectionOf(job)) found.add(geometry.blockOf(job).family)
    return this.families.filter(({ index }) => found.has(index))
  }

  /** The loops around it that its lists depend on, outermost first, and whether their elements have keys. */
  get parents(): readonly { readonly loop: string; readonly isKeyed: boolean }[] {
    return this.#spec.parents.map(loop => ({ loop, isKeyed: isKeyed(this.layout.loops.get(loop)!) }))
  }

  get isKeyed(): boolean {
    return isKeyed(this.#spec)
  }

  /** The elements alone; undefined ones where the loop only counts. */
  async *elements(): AsyncGenerator<JsonValue | undefined, void, undefined> {
    for await (const { element } of this.#elements()) yield element
  }

  /** In the order of the elements, list by list. */
  async *read({ signal, keys, onlyAccepted }: RowsOptions): AsyncGenerator<MovieRow, void, undefined> {
    const wanted = keys && new Set(keys)
    // A key is there once, unless there is a list for each element of another loop.
    const isUnique = this.#spec.parents.length === 0
    for await (const { indices, element } of this.#elements()) {
      signal?.throwIfAborted()
      const { key, parents } = this.#reader.namesOf(indices)
      const accepted = this.isAccepted?.(indices)
      if ((wanted === undefined || wanted.has(key)) && !(accepted === false && onlyAccepted))
        yield await this.#reader.read(indices, { key, parents, element, accepted })
      if (isUnique) wanted?.delete(key)
      if (wanted?.size === 0) return
    }
  }

  #elements() {
    const parts = { store: this.#store, movieId: this.#movieId, layout: this.layout, movie: this.#state }
    return loopElements(parts, this.#spec)
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

const isKeyed = (loop: LoopSpec): boolean => loop.type === 'over' && loop.key !== undefined

function elementCount({ geometry: { lists } }: MovieLayout, loop: LoopSpec): number {
  let count = 0
  forEachParents(lists, loop, parents => {
    count += lists.get(loop.name)!.at(parents)?.length ?? 0
  })
  return count
}

/** Those that a producer or an output has. */
function loopNames({ families }: MovieLayout): readonly string[] {
  const names = families.flatMap(({ producer: { loops, outputs } }) => [
    ...loops,
    ...[...outputs.values()].flatMap(output => output.loops),
  ])
  return [...new Set(names)]
}

function checkLoop(layout: MovieLayout, loop: string): string {
  const names = loopNames(layout)
  if (names.includes(loop)) return loop
  throw new ShowrunnerError('USAGE_INVALID', unknownNameText('loop of the last run', loop, names), {
    details: { loop },
  })
}

function onlyLoopOf(layout: MovieLayout): string {
  const outermost = new Set(layout.families.flatMap(({ producer: { loops } }) => loops.slice(0, 1)))
  const [only, ...others] = outermost
  if (only !== undefined && others.length === 0) return only
  const names = loopNames(layout)
  const found = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
  throw new ShowrunnerError('USAGE_INVALID', `Rows of which loop? Name one of the movie's loops: ${found}.`, {
    details: { loops: names },
  })
}
