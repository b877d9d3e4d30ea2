import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../geometry/family.js'
import { selectJob, selectJobs } from '../geometry/select-jobs.js'
import type { Selection } from '../geometry/selection.js'
import type { Plan } from '../plan.js'
import type { JobAction } from '../up-to-date/job-action.js'
import { ReviewRules } from './review-rules.js'

/**
 * Which jobs a run would not come to, since people are to approve first what they read. Of a result that is still to be
 * made, a review without a condition waits; what a condition will say nobody knows, and it counts as passed. Pure.
 */
export class ForeseenWaits {
  readonly #plan: Plan
  readonly #movie: MovieState
  readonly #rules: ReviewRules
  /** Reviewed jobs that are not approved. */
  readonly #closed = new JobsByFamily()
  /** Jobs that wait for those, near or far. */
  readonly #waiting = new JobsByFamily()

  constructor(plan: Plan, movie: MovieState) {
    this.#plan = plan
    this.#movie = movie
    this.#rules = new ReviewRules(plan)
  }

  get isEmpty(): boolean {
    return this.#rules.isEmpty
  }

  /** What happens to a job is known, after those that it reads. @returns the reviewed job that it waits for */
  settle(family: Family, job: number, action: JobAction): number | undefined {
    const cause = this.causeOf(family, job, action)
    if (cause !== undefined) this.#waiting.add(family, job, cause)
    if (this.#rules.reviewed.has(family.index) && this.#isClosed(family, job, action))
      this.#closed.add(family, job, job)
    return cause
  }

  #isClosed(family: Family, job: number, { type }: JobAction): boolean {
    const isAlways = family.producer.review!.when === undefined
    if (type === 'run') return isAlways
    const { reviews } = this.#movie
    return this.#rules.artifactsOf(family, job).some(slot => {
      if (!this.#movie.hasArtifact(slot) || this.#movie.isPinned(slot)) return false
      const state = reviews.get(slot)?.state
      return isAlways ? state !== 'approved' : state === 'waiting'
    })
  }

  /** The reviewed job that a job waits for. What is there waits for nobody. */
  causeOf(family: Family, job: number, { type }: JobAction): number | undefined {
    if (type === 'cached' || type === 'skip') return undefined
    let indices: readonly number[] | undefined
    const first = (jobs: JobsByFamily, producer: Family, selection: Selection): number | undefined => {
      if (!jobs.hasAny(producer)) return undefined
      indices ??= family.indicesOf(job)
      return jobs.firstOf(producer, selection, indices)
    }
    for (const { producer, jobs } of this.#plan.reads[family.index]!) {
      const cause = first(this.#waiting, producer, jobs)
      if (cause !== undefined) return cause
    }
    for (const { producer, jobs } of this.#rules.readsOf(family)) {
      const cause = first(this.#closed, producer, jobs)
      if (cause !== undefined) return cause
    }
    return undefined
  }
}

/** Jobs, each with the reviewed job that is its cause. */
class JobsByFamily {
  readonly #causes = new Map<number, number>()
  /** By family: the cause of the first of its jobs, which is that of whatever reads all of them. */
  readonly #first = new Map<number, number>()

  add(family: Family, job: number, cause: number): void {
    this.#causes.set(job, cause)
    if (!this.#first.has(family.index)) this.#first.set(family.index, cause)
  }

  hasAny(family: Family): boolean {
    return this.#first.has(family.index)
  }

  firstOf(family: Family, selection: Selection, indices: readonly number[]): number | undefined {
    if (selection.selectors.every(({ type }) => type === 'all')) return this.#first.get(family.index)
    if (!selection.isFanIn) return this.#causes.get(selectJob(family, selection, indices))
    for (const job of selectJobs(family, selection, indices)) {
      const cause = this.#causes.get(job)
      if (cause !== undefined) return cause
    }
    return undefined
  }
}
