import type { RunPlan } from '../../../engine/movie/run-plan.js'
import { type JobId, producerOf } from '../../../model/id.js'
import { IdNumbers } from '../../../model/movie/id-numbers.js'
import { integersColumn, shortsColumn } from '../growing-column.js'
import { JobNames } from './job-names.js'

/**
 * Numbers the jobs of a movie for good: those of its first recorded plan by arithmetic, all others in the order in
 * which they are first seen. In which order they are shown is said by the plan of the run that is looked at.
 */
export class JobNumbers {
  readonly producers: string[] = []
  readonly names = new JobNames(this)
  readonly #producerNumbers = new Map<string, number>()
  readonly #producerOfJob = shortsColumn()
  readonly #others = new IdNumbers<JobId>()
  #base: RunPlan | undefined
  #plannedCount = 0
  #numbered: { readonly plan: RunPlan; readonly numbers: ReturnType<typeof integersColumn> } | undefined

  get count(): number {
    return this.#plannedCount + this.#others.count
  }

  /** Takes the plan as the base when nothing has been numbered yet. */
  plan(plan: RunPlan): void {
    if (this.count > 0) return
    this.#base = plan
    this.#plannedCount = plan.jobCount
    const producers = plan.producers.map(({ name }) => this.producerNumber(name))
    for (let job = 0; job < this.#plannedCount; job++)
      this.#producerOfJob.set(job, producers[plan.producerOf(job)]!)
  }

  numberOf(id: JobId): number {
    const planned = this.#base?.numberOf(id)
    // What has grown since is numbered as it is seen.
    if (planned !== undefined && planned < this.#plannedCount) return planned
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

  /** The numbers of a plan's jobs in the order in which they are shown; undefined when they are 0, 1, 2 and so on. */
  orderOf(plan: RunPlan): Uint32Array | undefined {
    const order = plan.order()
    const isBase = this.#base !== undefined && hasSameJobs(plan, this.#base)
    if (isBase && plan.jobCount === this.#plannedCount) return order
    const numbers = this.#numbersOf(plan)
    return Uint32Array.from({ length: plan.jobCount }, (_, at) => numbers.get(order?.[at] ?? at))
  }

  /** By their numbers in the plan; jobs that have been added to it since come to the end. */
  #numbersOf(plan: RunPlan): ReturnType<typeof integersColumn> {
    if (this.#numbered?.plan !== plan) this.#numbered = { plan, numbers: integersColumn() }
    const { numbers } = this.#numbered
    for (let at = numbers.length; at < plan.jobCount; at++) numbers.push(this.numberOf(plan.jobIdAt(at)))
    return numbers
  }
}

/** Where elements have keys, the same numbers of them say nothing of which they are. */
const hasSameJobs = (a: RunPlan, b: RunPlan): boolean =>
  a === b ||
  (shapeOf(a) === shapeOf(b) && !a.producers.some(({ loops }) => loops.some(({ hasKeys }) => hasKeys)))

const shapeOf = ({ producers }: RunPlan): string =>
  JSON.stringify(producers.map(({ name, loops }) => [name, loops.map(({ size }) => size)]))
