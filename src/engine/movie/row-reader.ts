import type { LoopSpec } from '../../blueprint/blueprint.js'
import { roundCost } from '../../model/provider/price.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Geometry } from '../../plan/geometry/geometry.js'
import { parentNames } from '../../plan/growth/parent-names.js'
import type { KeysByLoop } from '../../plan/identity/element-keys.js'
import type { ElementKey } from '../outputs/job-outputs.js'
import type { ReadBlob } from '../outputs/output-blob.js'
import { readOutputs } from '../outputs/read-outputs.js'
import { lastRejection, rejectedAnswerOf } from '../outputs/read-rejected.js'
import type { CostedState } from './costed/job-costs.js'
import type { MovieRow, RowJob } from './movie-row.js'

/** Who makes the jobs of a movie, and how they are laid out. */
export interface RowLayout {
  readonly geometry: Pick<Geometry, 'lists'>
  readonly families: readonly Family[]
  /** Keys of the elements, by each loop that has some. */
  readonly keys: KeysByLoop
  /** By producer. */
  readonly services: ReadonlyMap<string, ProviderModel>
}

type RowLoop = Pick<LoopSpec, 'name' | 'parents'>

/** Reads what was made from one element of a loop. */
export class RowReader {
  readonly #state: CostedState
  readonly #readBlob: ReadBlob
  readonly #services: RowLayout['services']
  /** The loops around the loop, outermost first, and the loop. */
  readonly #loops: readonly string[]
  readonly #lists: RowLayout['geometry']['lists']
  /** The families in the loop. */
  readonly families: readonly Family[]

  constructor(layout: RowLayout, loop: RowLoop, state: CostedState, readBlob: ReadBlob) {
    this.#state = state
    this.#readBlob = readBlob
    this.#services = layout.services
    this.#loops = [...loop.parents, loop.name]
    this.#lists = layout.geometry.lists
    this.families = layout.families.filter(({ producer }) => producer.loops.includes(loop.name))
  }

  /** What names an element, and the elements around it. @param indices of the loops around it, and its own */
  namesOf(indices: readonly number[]): { readonly key: ElementKey; readonly parents: readonly ElementKey[] } {
    const parents = parentNames(this.#lists, this.#loops.at(-1)!, indices.slice(0, -1))
    const index = indices.at(-1)!
    const list = this.#lists.get(this.#loops.at(-1)!)!.at(indices.slice(0, -1))
    return { key: list?.keys?.at(index) ?? index, parents }
  }

  async read(
    own: readonly number[],
    {
      key,
      parents,
      element,
      accepted,
    }: Pick<MovieRow, 'key' | 'element'> & {
      readonly accepted?: boolean | undefined
      readonly parents: readonly ElementKey[]
    },
  ): Promise<MovieRow> {
    const jobs: RowJob[] = []
    const outputs: Record<string, unknown> = {}
    for (const family of this.families) {
      const indices: number[] = []
      const fixed = family.producer.loops.map(loop => own[this.#loops.indexOf(loop)])
      outputs[family.producer.name] = await this.#nested(family, indices, fixed, async () => {
        const job = family.jobAt(indices)
        if (job === -1) return undefined
        const rejected = this.rejectionOf(job)
        const facts = this.#jobOf(family, job)
        jobs.push(
          rejected === undefined
            ? facts
            : { ...facts, rejected: await rejectedAnswerOf(family, job, rejected, this.#readBlob) },
        )
        return await readOutputs(family, job, slot => this.#state.artifact(slot), this.#readBlob)
      })
    }
    return {
      key,
      ...(parents.length > 0 && { parents }),
      element,
      ...(accepted !== undefined && { accepted }),
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
    fixed: readonly (number | undefined)[],
    read: () => Promise<unknown>,
    dimension = 0,
  ): Promise<unknown> {
    if (dimension === family.dimensions.length) return await read()
    const only = fixed[dimension]
    if (only !== undefined) {
      indices[dimension] = only
      return await this.#nested(family, indices, fixed, read, dimension + 1)
    }
    const list: unknown[] = []
    const length = family.listAt(dimension, indices)?.length ?? 0
    for (let index = 0; index < length; index++) {
      indices[dimension] = index
      list.push(await this.#nested(family, indices, fixed, read, dimension + 1))
    }
    return list
  }

  /** The last rejected answer of a job that has no accepted one. */
  rejectionOf(job: number): ReturnType<typeof lastRejection> {
    const isOver = this.#state.feedback.size === 0 || this.#state.jobState(job) === 'succeeded'
    return isOver ? undefined : lastRejection(this.#state.feedback.get(job))
  }

  #jobOf(family: Family, slot: number): RowJob {
    const { producer } = family
    const record = this.#state.job(slot)
    const review = this.#reviewOf(family, slot)
    const { error, reason, by } = record ?? {}
    const { provider, model } = by ?? this.#services.get(producer.name)!
    return {
      producer: producer.name,
      jobId: record?.jobId ?? this.#state.slots.jobIdAt(slot),
      provider,
      ...(model !== undefined && { model }),
      status: record === undefined ? 'open' : record.willRetry ? 'retrying' : record.state,
      costUsd: this.#state.costOf(slot),
      ...(error && { error }),
      ...(reason && { reason }),
      ...(review && { review }),
    }
  }

  /** The worst of what people have said of its artifacts. */
  #reviewOf(family: Family, job: number): RowJob['review'] {
    const { reviews } = this.#state
    if (reviews.size === 0) return undefined
    const { artifactsPerJob, firstJob, firstArtifact } = family.blockOf(job)
    const first = firstArtifact + (job - firstJob) * artifactsPerJob
    const states = Array.from({ length: artifactsPerJob }, (_, at) => reviews.get(first + at)?.state)
    return (['rejected', 'waiting', 'approved'] as const).find(state => states.includes(state))
  }
}

function statusOf(jobs: readonly RowJob[]): MovieRow['status'] {
  const has = (...wanted: RowJob['status'][]) => jobs.some(({ status }) => wanted.includes(status))
  if (has('failed')) return 'failed'
  if (has('open', 'submitted', 'retrying')) return 'open'
  return has('succeeded') ? 'succeeded' : 'skipped'
}
