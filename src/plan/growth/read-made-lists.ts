import type { LoopSpec } from '../../blueprint/blueprint.js'
import { valueAt } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { Expansion, ListError } from '../../model/movie/expansion.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ListReading, LoopList } from '../geometry/loop-lists.js'
import { readList } from '../geometry/read-list.js'
import type { Plan } from '../plan.js'
import type { ArtifactSource } from '../values/artifact-source.js'
import type { GrowthListener } from './growth-listener.js'
import type { MadeList } from './list-growth.js'
import type { Trials } from './until/trials.js'

/** Reads the lists of jobs, and adds the jobs for their elements to a plan. */
export class ListReader {
  readonly #plan: Plan
  readonly #movie: MovieState
  readonly #source: ArtifactSource
  readonly #listener: GrowthListener
  readonly #trials: Trials

  constructor(
    plan: Plan,
    movie: MovieState,
    source: ArtifactSource,
    listener: GrowthListener,
    trials: Trials,
  ) {
    this.#trials = trials
    this.#plan = plan
    this.#movie = movie
    this.#source = source
    this.#listener = listener
  }

  /** Large values that must be loaded before the lists of a job can be read. */
  missing(lists: readonly MadeList[]): readonly BlobRef[] {
    return lists.flatMap(({ job, slot }) => {
      const blob = this.#source.endOf(job) === 'made' ? this.#source.artifactBlob(slot) : undefined
      return blob !== undefined && this.#source.loadedValue(blob.hash) === undefined ? [blob] : []
    })
  }

  /** @param expected its length, where jobs make nothing; undefined: what the job has made counts */
  read(list: MadeList, expected: number | undefined): void {
    const { job, slot, grown } = list
    const isMade = this.#source.endOf(job) === 'made'
    const blob = this.#source.artifactBlob(slot)
    const value = blob ? this.#source.loadedValue(blob.hash) : this.#source.artifactValue(slot)
    const isUnread = blob !== undefined && value === undefined && expected !== undefined
    if (isMade && this.#source.hasArtifact(slot) && !isUnread) {
      this.#take(list, list.loop, list.parents, readList(list.loop, valueAt(value, grown.source.path)))
    } else if (isMade && expected !== undefined) this.#grow(list.loop, list.parents, { length: expected })
    else {
      const state = this.#source.isUnavailable(job) ? 'failed' : 'skipped'
      this.#grow(list.loop, list.parents, { length: 0, absence: { job, state } })
    }
  }

  /** A list that cannot be read at all. */
  fail(list: MadeList, error: ListError): void {
    this.#reject(list, list.loop, list.parents, error)
  }

  #take(made: MadeList, loop: LoopSpec, parents: readonly number[], reading: ListReading): void {
    if ('list' in reading) {
      this.#tell(made, loop, parents, extentOf(reading.list), reading.list)
      this.#grow(loop, parents, reading.list)
      for (const inner of this.#plan.growth.innerLoops(loop.name))
        for (let index = 0; index < reading.list.length; index++) {
          const inside = [...parents, index]
          this.#take(made, inner, inside, this.#plan.growth.readInner(inner, inside))
        }
      return
    }
    const id = this.#movie.slots.artifactIdAt(made.slot)
    const said = 'fault' in reading ? `it ${reading.fault}` : reading.mistake
    const way = 'Edit it, or regenerate its job, and run again.'
    this.#reject(made, loop, parents, {
      code: 'invalid',
      message: `Loop "${loop.name}" cannot run over ${id}: ${said}${said.endsWith('.') ? '' : '.'} ${way}`,
    })
  }

  #reject(made: MadeList, loop: LoopSpec, parents: readonly number[], error: ListError): void {
    this.#tell(made, loop, parents, { error })
    this.#listener.failed(error)
    this.#grow(loop, parents, { length: 0, absence: { job: made.job, state: 'failed' } })
  }

  #tell(
    { slot }: MadeList,
    spec: LoopSpec,
    indices: readonly number[],
    extent: Pick<Expansion, 'count' | 'keys' | 'error'>,
    list?: LoopList,
  ): void {
    const { name: loop } = spec
    const parents = this.#plan.growth.namesOf(loop, indices)
    const artifactId = this.#movie.slots.artifactIdAt(slot)
    const hash = this.#source.artifactHash(slot)
    const expansion = { loop, ...(parents.length > 0 && { parents }), artifactId, hash, ...extent }
    const known = this.#movie.expansions.get(expansionKey(loop, parents))
    const isKnown = known?.hash === hash && known.artifactId === artifactId && isSame(known, extent)
    const moved = this.#listener.movesIn?.(spec, parents, list, isKnown)
    if (!isKnown || moved !== undefined) this.#listener.expanded(expansion, moved)
  }

  #grow(loop: LoopSpec, parents: readonly number[], list: LoopList): void {
    for (const block of this.#plan.geometry.grow(loop.name, parents, list)) this.#listener.added(block)
    this.#trials.entered(loop.name, this.#listener)
    // The lists inside a list that is not there are not there either: they have no elements to stand in.
  }
}

function extentOf({ length, keys }: LoopList): Pick<Expansion, 'count' | 'keys'> {
  if (keys === undefined) return { count: length }
  return { keys: Array.from({ length }, (_, at) => keys.at(at)) }
}

/** Limits and keys may have changed, although the list has not. */
function isSame(
  known: Expansion,
  { count, keys, error }: Pick<Expansion, 'count' | 'keys' | 'error'>,
): boolean {
  return known.count === count && JSON.stringify([known.keys, known.error]) === JSON.stringify([keys, error])
}
