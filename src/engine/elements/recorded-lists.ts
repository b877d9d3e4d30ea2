import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { ElementName, MovieId, RunId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { parentIndices, positionIn } from '../../plan/growth/parent-indices.js'
import type { ElementKeys } from '../../plan/identity/element-keys.js'
import type { Store } from '../../storage/store.js'
import type { MovieLayout } from '../movie/movie-layout.js'
import { recordedElements } from '../movie/recorded-elements.js'
import { ListContents } from './list-contents.js'
import { listIn } from './list-in.js'

export interface RecordedMovie {
  readonly store: Store
  readonly movieId: MovieId
  readonly movie: MovieState
  readonly lastRun: RunId
  /** Undefined when the record of the last run is gone: nobody knows then which element a position was. */
  readonly layout: MovieLayout | undefined
}

/** The lists that the loops of the last run had: of inputs as its record has them, of jobs as they were recorded. */
export class RecordedLists {
  readonly #recorded: RecordedMovie
  readonly #contents: ListContents
  readonly #elements = new Map<string, Promise<readonly JsonValue[] | undefined>>()

  constructor(recorded: RecordedMovie) {
    this.#recorded = recorded
    this.#contents = new ListContents(recorded.store, recorded.movieId, recorded.movie)
  }

  loop(name: string | undefined): LoopSpec | undefined {
    return name === undefined ? undefined : this.#recorded.layout?.loops.get(name)
  }

  keys(loop: string, parents: readonly ElementName[]): ElementKeys | undefined {
    return this.#listAt(loop, parents)?.keys
  }

  /** Undefined when nobody knows them. */
  async elements(loop: string, parents: readonly ElementName[]): Promise<readonly JsonValue[] | undefined> {
    const key = expansionKey(loop, parents)
    const known = this.#elements.get(key) ?? this.#read(loop, parents)
    this.#elements.set(key, known)
    return await known
  }

  async #read(name: string, parents: readonly ElementName[]): Promise<readonly JsonValue[] | undefined> {
    const { store, movieId, movie, lastRun } = this.#recorded
    const loop = this.loop(name)
    if (loop?.type !== 'over') return undefined
    const { over } = loop
    if (over.type === 'input') {
      const elements: JsonValue[] = []
      for await (const element of recordedElements(store, movieId, lastRun, loop))
        elements.push(element ?? null)
      return elements
    }
    if (over.type === 'element') {
      const around = await this.elements(over.loop, parents.slice(0, -1))
      const list = this.#listAt(over.loop, parents.slice(0, -1))
      const position = list === undefined ? -1 : positionIn(list, parents.at(-1)!)
      return listIn(around?.[position], over.path)
    }
    const expansion = movie.expansions.get(expansionKey(name, parents))
    if (expansion === undefined || expansion.error !== undefined) return undefined
    return listIn(await this.#contents.of(expansion), over.path)
  }

  #listAt(loop: string, parents: readonly ElementName[]) {
    const lists = this.#recorded.layout?.geometry.lists
    const indices = lists && parentIndices(lists, loop, parents)
    return indices && lists.get(loop)!.at(indices)
  }
}
