import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import { selectJob, selectJobs } from '../../plan/geometry/select-jobs.js'
import type { Plan } from '../../plan/plan.js'
import type { ReviewedRead, ReviewRules } from '../../plan/review/review-rules.js'
import type { JobStatuses } from '../../plan/up-to-date/job-statuses.js'
import type { ReviewStep, Reviews } from './reviews.js'

/** What is known of the review of one job: nothing, or whether what reads it may go on. */
type Gate = 'pending' | 'closed' | 'open'

const NONE: ReviewStep = { type: 'none' }

interface GatesParts {
  readonly plan: Plan
  readonly movie: MovieState
  readonly statuses: JobStatuses
  readonly rules: ReviewRules
  /** Jobs make nothing: what conditions say of them is not known, and they are taken to go through. */
  readonly isRehearsed: boolean
}

/**
 * Which reviews are open, and who waits for them. A job that waits is not active, so that it holds no place and no money;
 * the jobs that are freed are judged once more.
 */
export class ReviewGates implements Reviews {
  readonly #parts: GatesParts
  /** Of reviewed jobs. */
  readonly #gates = new Map<number, Gate>()
  /** Reviewed jobs that are to be looked at. */
  #due: number[] = []
  #freed: number[] = []
  /** By job: those whose review reads it, and waits for it to settle. */
  readonly #byJudge = new Map<number, number[]>()
  /** By reviewed job: those that wait for its approval. */
  readonly #byGate = new Map<number, number[]>()
  /** By what they read: how far lists of reviewed jobs are approved. Jobs that read the same list look as one. */
  readonly #lists = new Map<string, { readonly jobs: readonly number[]; next: number }>()
  readonly #loading = new Set<number>()
  /** Jobs whose condition reads what cannot be loaded: a person decides. */
  readonly #unreadable = new Set<number>()

  constructor(parts: GatesParts) {
    this.#parts = parts
  }

  get #rules(): ReviewRules {
    return this.#parts.rules
  }

  get hasDue(): boolean {
    return this.#due.length > 0 || this.#freed.length > 0
  }

  get isLoading(): boolean {
    return this.#loading.size > 0
  }

  settled(family: Family, job: number): void {
    if (this.#rules.reviewed.has(family.index)) this.#due.push(job)
    if (this.#byJudge.size === 0) return
    const readers = this.#byJudge.get(job)
    if (readers === undefined) return
    this.#byJudge.delete(job)
    this.#due.push(...readers)
  }

  decided(slot: number): void {
    const { plan } = this.#parts
    if (!plan.geometry.hasArtifact(slot)) return
    const job = plan.jobOfArtifact(slot)
    if (!this.#gates.has(job)) return
    this.#gates.set(job, 'pending')
    this.#lists.clear()
    this.#due.push(job)
  }

  loaded(job: number, isUnreadable = false): boolean {
    if (!this.#loading.delete(job)) return false
    if (isUnreadable) this.#unreadable.add(job)
    this.#due.push(job)
    return true
  }

  takeDue(): readonly number[] {
    const due = this.#due
    this.#due = []
    return due
  }

  takeFreed(): readonly number[] {
    const freed = this.#freed
    this.#freed = []
    return freed
  }

  examine(job: number): ReviewStep {
    const { plan, statuses } = this.#parts
    const family = plan.familyOf(job)
    if (statuses.endOf(job) !== 'made') return this.#open(job, [])
    for (const judge of this.#rules.judgesOf(family, job)) {
      if (statuses.isSettled(judge)) continue
      this.#gates.set(job, 'pending')
      noteIn(this.#byJudge, judge, job)
      return NONE
    }
    const need = this.#needOf(family, job)
    if (need.type === 'unread') {
      this.#gates.set(job, 'pending')
      this.#loading.add(job)
      return { type: 'load', blobs: need.blobs }
    }
    return this.#judge(family, job, need.type === 'needed')
  }

  #needOf(family: Family, job: number) {
    const { isRehearsed, statuses } = this.#parts
    if (isRehearsed && family.producer.review!.when !== undefined) return { type: 'free' } as const
    if (this.#unreadable.has(job)) return { type: 'needed' } as const
    return this.#rules.needOf(family, job, statuses)
  }

  #judge(family: Family, job: number, isNeeded: boolean): ReviewStep {
    const { movie, isRehearsed } = this.#parts
    const slots = this.#rules.artifactsOf(family, job)
    if (!isNeeded)
      return this.#open(
        job,
        slots.filter(slot => movie.reviews.get(slot)?.state === 'waiting'),
      )
    const isOpen = (slot: number) =>
      movie.isPinned(slot) ||
      movie.reviews.get(slot)?.state === 'approved' ||
      !(isRehearsed || movie.hasArtifact(slot))
    const closed = slots.filter(slot => !isOpen(slot))
    if (closed.length === 0) return this.#open(job, [])
    this.#gates.set(job, 'closed')
    const requested = isRehearsed ? [] : closed.filter(slot => !movie.reviews.has(slot))
    return { type: 'ask', requested, withdrawn: [] }
  }

  #open(job: number, withdrawn: readonly number[]): ReviewStep {
    this.#gates.set(job, 'open')
    const readers = this.#byGate.get(job)
    if (readers !== undefined) {
      this.#byGate.delete(job)
      this.#freed.push(...readers)
    }
    return { type: 'ask', requested: [], withdrawn }
  }

  holds(family: Family, job: number): boolean {
    const reads = this.#rules.readsOf(family)
    if (reads.length === 0) return false
    const indices = family.indicesOf(job)
    for (const [at, read] of reads.entries()) {
      const gate = read.jobs.isFanIn
        ? this.#firstClosed(`${family.index}.${at}`, read, indices)
        : this.#closedOf(selectJob(read.producer, read.jobs, indices))
      if (gate === undefined) continue
      noteIn(this.#byGate, gate, job)
      return true
    }
    return false
  }

  #closedOf(job: number): number | undefined {
    return job === -1 || this.#gates.get(job) === 'open' ? undefined : job
  }

  #firstClosed(name: string, read: ReviewedRead, indices: readonly number[]): number | undefined {
    const own = read.jobs.selectors.map(selector =>
      selector.type === 'loop' ? indices[selector.position] : '',
    )
    const key = `${name} ${own.join()}`
    let list = this.#lists.get(key)
    if (list === undefined) {
      list = { jobs: selectJobs(read.producer, read.jobs, indices), next: 0 }
      this.#lists.set(key, list)
    }
    while (list.next < list.jobs.length && this.#closedOf(list.jobs[list.next]!) === undefined) list.next++
    return list.jobs[list.next]
  }
}

function noteIn(map: Map<number, number[]>, key: number, job: number): void {
  const jobs = map.get(key)
  if (jobs) jobs.push(job)
  else map.set(key, [job])
}
