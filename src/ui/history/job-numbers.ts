import type { RunPlan } from '../../engine/movie/run-plan.js'
import { type JobId, producerOf } from '../../model/id.js'
import { IdNumbers } from '../../model/movie/id-numbers.js'
import { shortsColumn } from './growing-column.js'

/**
 * Numbers the jobs of a movie for good: those of its first recorded plan by arithmetic, all others in the order in
 * which they are first seen. In which order they are shown is said by the plan of the run that is looked at.
 */
export class JobNumbers {
  readonly producers: string[] = []
  readonly #producerNumbers = new Map<string, number>()
  readonly #producerOfJob = shortsColumn()
  readonly #others = new IdNumbers<JobId>()
  #base: RunPlan | undefined
  #plannedCount = 0

  get count(): number {
    return this.#plannedCount + this.#others.count
  }

  /** Takes the plan as the base when nothing has been numbered yet. */
  plan(plan: RunPlan): void {
    if (this.count > 0) return
    this.#base = plan
    this.#plannedCount = plan.jobCount
    let job = 0
    for (const { name, jobCount } of plan.producers) {
      const producer = this.producerNumber(name)
      for (const end = job + jobCount; job < end; job++) this.#producerOfJob.set(job, producer)
    }
  }

  numberOf(id: JobId): number {
    const planned = this.#base?.numberOf(id)
    if (planned !== undefined) return planned
    const before = this.#others.count
    const job = this.#plannedCount + this.#others.numberOf(id)
    if (this.#others.count > before) this.#producerOfJob.set(job, this.producerNumber(producerOf(id)))
    return job
  }

  idAt(job: number): JobId {
    return job < this.#plannedCount ? this.#base!.jobIdAt(job) : this.#others.at(job - this.#plannedCount)
  }

  /** The job's place in {@link producers}. */
  producerAt(job: number): number {
    return this.#producerOfJob.get(job)
  }

  producerNumber(name: string): number {
    const known = this.#producerNumbers.get(name)
    if (known !== undefined) return known
    this.#producerNumbers.set(name, this.producers.length)
    return this.producers.push(name) - 1
  }

  /** The numbers of a plan's jobs in its order; undefined when they are 0, 1, 2 and so on. */
  orderOf(plan: RunPlan): Uint32Array | undefined {
    if (this.#base !== undefined && hasSameJobs(plan, this.#base)) return undefined
    return Uint32Array.from({ length: plan.jobCount }, (_, at) => this.numberOf(plan.jobIdAt(at)))
  }
}

/** Where elements have keys, the same numbers of them say nothing of which they are. */
const hasSameJobs = (a: RunPlan, b: RunPlan): boolean =>
  a === b ||
  (shapeOf(a) === shapeOf(b) && !a.producers.some(({ loops }) => loops.some(({ hasKeys }) => hasKeys)))

const shapeOf = ({ producers }: RunPlan): string =>
  JSON.stringify(producers.map(({ name, loops }) => [name, loops.map(({ size }) => size)]))
