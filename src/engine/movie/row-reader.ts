import { roundCost } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import type { ElementKeys, KeysByLoop } from '../../plan/identity/element-keys.js'
import type { ElementKey } from '../outputs/job-outputs.js'
import type { ReadBlob } from '../outputs/output-blob.js'
import { readOutputs } from '../outputs/read-outputs.js'
import type { CostedState } from './job-costs.js'
import type { MovieRow, RowJob } from './movie-row.js'

/** Who makes the jobs of a movie, and how they are laid out. */
export interface RowLayout {
  readonly families: readonly Family[]
  /** Keys of the elements, by each loop that has some. */
  readonly keys: KeysByLoop
  /** By producer. */
  readonly services: ReadonlyMap<string, Service>
}

/** A provider and the model that it is asked for. */
export interface Service {
  readonly provider: string
  readonly model?: string
}

/** Reads what was made from one element of a loop. */
export class RowReader {
  readonly #state: CostedState
  readonly #readBlob: ReadBlob
  readonly #services: RowLayout['services']
  readonly #keys: ElementKeys | undefined
  /** The families in the loop, with its place among their loops. */
  readonly #families: readonly (readonly [Family, number])[]

  constructor(layout: RowLayout, loop: string, state: CostedState, readBlob: ReadBlob) {
    this.#state = state
    this.#readBlob = readBlob
    this.#services = layout.services
    this.#keys = layout.keys.get(loop)
    this.#families = layout.families.flatMap(family => {
      const at = family.producer.loops.indexOf(loop)
      return at === -1 ? [] : [[family, at] as const]
    })
  }

  get families(): readonly Family[] {
    return this.#families.map(([family]) => family)
  }

  keyOf(index: number): ElementKey {
    return this.#keys?.at(index) ?? index
  }

  async read(index: number, element: unknown): Promise<MovieRow> {
    const jobs: RowJob[] = []
    const outputs: Record<string, unknown> = {}
    for (const [family, at] of this.#families) {
      const indices: number[] = []
      outputs[family.producer.name] = await this.#nested(family, indices, { at, index }, async () => {
        const job = family.jobAt(indices)
        if (job === -1) return undefined
        jobs.push(this.#jobOf(family, job))
        return await readOutputs(family, job, slot => this.#state.artifact(slot), this.#readBlob)
      })
    }
    return {
      key: this.keyOf(index),
      element,
      status: statusOf(jobs),
      costUsd: roundCost(jobs.reduce((sum, { costUsd }) => sum + costUsd, 0)),
      jobs,
      ...outputs,
    }
  }

  /** One result when there are no further loops, lists in lists of them otherwise. */
  async #nested(
    family: Family,
    indices: number[],
    own: { readonly at: number; readonly index: number },
    read: () => Promise<unknown>,
    dimension = 0,
  ): Promise<unknown> {
    if (dimension === family.dimensions.length) return await read()
    if (dimension === own.at) {
      indices[dimension] = own.index
      return await this.#nested(family, indices, own, read, dimension + 1)
    }
    const list: unknown[] = []
    const length = family.listAt(dimension, indices)?.length ?? 0
    for (let index = 0; index < length; index++) {
      indices[dimension] = index
      list.push(await this.#nested(family, indices, own, read, dimension + 1))
    }
    return list
  }

  #jobOf({ producer }: Family, slot: number): RowJob {
    const record = this.#state.job(slot)
    const { error, reason } = record ?? {}
    const { provider, model } = this.#services.get(producer.name)!
    return {
      producer: producer.name,
      jobId: record?.jobId ?? this.#state.slots.jobIdAt(slot),
      provider,
      ...(model !== undefined && { model }),
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
