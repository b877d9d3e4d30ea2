import { evolve } from '../../coordinator/state/evolve.js'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { type MovieId, jobId as newJobId } from '../../model/id.js'
import { MapSlots } from '../../model/movie/slots.js'
import { roundCost } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Store } from '../../storage/store.js'
import type { ReadBlob } from '../outputs/output-blob.js'
import { readOutputs } from '../outputs/read-outputs.js'
import { CostedState } from './job-costs.js'
import { type MovieLayout, readLayout } from './movie-layout.js'
import type { MovieRow, RowJob } from './movie-row.js'
import { recordedElements } from './recorded-elements.js'

/**
 * The elements of a loop in their order, each with what was made from it.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`; `USAGE_INVALID` for a loop that the last run did not have
 */
export async function* movieRows(
  store: Store,
  movieId: MovieId,
  loop: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<MovieRow, void, undefined> {
  await requireMovie(store, movieId)
  const state = await foldAll(store, movieId, signal)
  const runId = state.lastRun?.runId
  const layout = runId && (await readLayout(store, movieId, runId))
  if (runId === undefined || layout === undefined) return
  const extent = extentOf(layout, loop)
  const blobs = store.blobs(movieId)
  const rows = new RowReader(layout, loop, state, blob => blobs.readStream(blob))
  const elements = recordedElements(store, movieId, runId, layout.loops.get(loop))
  for (let index = 0; index < extent; index++) {
    signal?.throwIfAborted()
    const { value: element } = await elements.next()
    yield await rows.read(index, element)
  }
}

/** The whole log, since what a job has cost stands nowhere else. */
async function foldAll(
  store: Store,
  movieId: MovieId,
  signal: AbortSignal | undefined,
): Promise<CostedState> {
  const state = new CostedState(new MapSlots(), 'packed')
  for await (const { events } of store.log(movieId).read()) {
    signal?.throwIfAborted()
    for (const { event } of events) evolve(state, event)
  }
  return state
}

function extentOf({ extents }: MovieLayout, loop: string): number {
  const extent = extents.get(loop)
  if (extent !== undefined) return extent
  throw new ShowrunnerError('USAGE_INVALID', unknownNameText('loop of the last run', loop, extents.keys()), {
    details: { loop },
  })
}

class RowReader {
  readonly #state: CostedState
  readonly #readBlob: ReadBlob
  readonly #slots
  /** The families in the loop, with its place among their loops. */
  readonly #families: readonly (readonly [Family, number])[]

  constructor(layout: MovieLayout, loop: string, state: CostedState, readBlob: ReadBlob) {
    this.#state = state
    this.#readBlob = readBlob
    this.#slots = layout.createSlots()
    this.#families = layout.families.flatMap(family => {
      const at = family.producer.loops.indexOf(loop)
      return at === -1 ? [] : [[family, at] as const]
    })
  }

  async read(index: number, element: unknown): Promise<MovieRow> {
    const jobs: RowJob[] = []
    const outputs: Record<string, unknown> = {}
    for (const [family, at] of this.#families) {
      const others = family.extents.filter((_, dimension) => dimension !== at)
      outputs[family.producer.name] = await this.#nested(others, [], async inner => {
        const indices = [...inner.slice(0, at), index, ...inner.slice(at)]
        jobs.push(this.#jobOf(family, indices))
        return await this.#outputsOf(family, indices)
      })
    }
    return {
      key: index,
      element,
      status: statusOf(jobs),
      costUsd: roundCost(jobs.reduce((sum, { costUsd }) => sum + costUsd, 0)),
      jobs,
      ...outputs,
    }
  }

  /** One result when there are no further loops, lists in lists of them otherwise. */
  async #nested(
    [extent, ...inner]: readonly number[],
    outer: readonly number[],
    read: (indices: readonly number[]) => Promise<unknown>,
  ): Promise<unknown> {
    if (extent === undefined) return await read(outer)
    const list: unknown[] = []
    for (let index = 0; index < extent; index++) list.push(await this.#nested(inner, [...outer, index], read))
    return list
  }

  async #outputsOf(family: Family, indices: readonly number[]): Promise<unknown> {
    const position = indices.reduce((sum, index, at) => sum + index * family.strides[at]!, 0)
    const { slots } = this.#state
    return await readOutputs(
      family,
      position,
      slot => this.#state.artifact(slots.artifactSlot(this.#slots.artifactIdAt(slot))),
      this.#readBlob,
    )
  }

  #jobOf({ producer }: Family, indices: readonly number[]): RowJob {
    const jobId = newJobId(producer.name, indices)
    const slot = this.#state.slots.jobSlot(jobId)
    const record = this.#state.job(slot)
    const { error, reason } = record ?? {}
    return {
      producer: producer.name,
      jobId,
      status: record === undefined ? 'open' : record.willRetry ? 'retrying' : record.state,
      costUsd: this.#state.costOf(slot),
      ...(error && { error }),
      ...(reason && { reason }),
    }
  }
}

function statusOf(jobs: readonly RowJob[]): MovieRow['status'] {
  const has = (...wanted: RowJob['status'][]) => jobs.some(({ status }) => wanted.includes(status))
  if (has('failed')) return 'failed'
  if (has('open', 'submitted', 'retrying')) return 'open'
  return has('succeeded') ? 'succeeded' : 'skipped'
}
