import { floatsColumn, integersColumn, shortsColumn } from './growing-column.js'
import { isDecision, isState, JOB_CHANGES, stateNumber } from './jobs/job-change.js'
import type { RecordedMoves } from './moves-in-time.js'
import type { MovieHistory } from './movie-history.js'
import type { RecordedRun } from './recorded-run.js'

const SUBMITTED = stateNumber('submitted')
const SUCCEEDED = stateNumber('succeeded')

/**
 * How all jobs of a movie stood after so many changes: the fold of its history up to there. The newest moment moves
 * on with the log; any other one is folded when somebody looks at it.
 */
export class MovieMoment {
  readonly history: MovieHistory
  /** The last change of each job's state, from 1; 0: none. */
  readonly #last = integersColumn()
  readonly #attempts = shortsColumn()
  readonly #costs = floatsColumn()
  readonly #overrides = new Map<number, 'edited' | 'pinned'>()
  readonly #asked = new Set<number>()
  #changes = 0
  /** Moves of elements that are folded. */
  #moves = 0
  #cost = 0
  #uncertainCost = 0

  constructor(history: MovieHistory) {
    this.history = history
  }

  /** Changes that are folded. */
  get changes(): number {
    return this.#changes
  }

  /** Of all attempts, in US dollars. */
  get costUsd(): number {
    return this.#cost
  }

  /** The most that attempts may have cost besides, in US dollars. */
  get uncertainCostUsd(): number {
    return this.#uncertainCost
  }

  /** The run that was in progress, or the one before; undefined before the first. */
  get run(): RecordedRun | undefined {
    return this.history.runs.findLast(({ firstChange }) => firstChange <= this.#changes)
  }

  /** Milliseconds since 1970 of the last change; undefined before the first. */
  get atMs(): number | undefined {
    return this.#changes === 0 ? undefined : this.history.timeAt(this.#changes - 1)
  }

  /** Folds the changes up to this many; never fewer than before. */
  advance(to = this.history.length): this {
    const { moves } = this.history
    for (let next = moves.at(this.#moves); next && next.change <= to; next = moves.at(++this.#moves)) {
      this.#fold(next.change)
      this.#move(next)
    }
    this.#fold(to)
    return this
  }

  #fold(to: number): void {
    const { history } = this
    for (let change = this.#changes; change < to; change++) {
      const kind = history.kindAt(change)
      const job = history.jobAt(change)
      if (!isState(kind)) {
        this.#override(job, kind)
        continue
      }
      this.#last.set(job, change + 1)
      if (kind === SUCCEEDED && this.#asked.size > 0) this.#asked.delete(job)
      if (kind !== SUBMITTED) {
        const cost = history.costAt(change)
        this.#cost += cost
        this.#uncertainCost += history.uncertainCostAt(change)
        if (cost !== 0) this.#costs.set(job, this.#costs.get(job) + cost)
      }
      const attempt = history.attemptAt(change)
      if (attempt > 0) this.#attempts.set(job, attempt)
    }
    this.#changes = Math.max(this.#changes, to)
  }

  /** All at once. What stood under a name that is taken is no longer there; what it cost stays in the sums. */
  #move({ jobs }: RecordedMoves): void {
    const stood = jobs.map(([job]) => ({
      last: this.#last.get(job),
      attempts: this.#attempts.get(job),
      cost: this.#costs.get(job),
      override: this.#overrides.get(job),
      isAsked: this.#asked.has(job),
    }))
    for (const [job] of jobs) {
      this.#last.set(job, 0)
      this.#attempts.set(job, 0)
      this.#costs.set(job, 0)
    }
    for (const job of jobs.flat()) {
      this.#overrides.delete(job)
      this.#asked.delete(job)
    }
    for (const [at, [, job]] of jobs.entries()) {
      const { last, attempts, cost, override, isAsked } = stood[at]!
      this.#last.set(job, last)
      this.#attempts.set(job, Math.max(attempts, this.#attempts.get(job)))
      this.#costs.set(job, cost + this.#costs.get(job))
      if (override) this.#overrides.set(job, override)
      if (isAsked) this.#asked.add(job)
    }
  }

  /** As `JOB_STATES` numbers it. */
  stateOf(job: number): number {
    const last = this.#last.get(job)
    return last === 0 ? 0 : this.history.kindAt(last - 1)
  }

  /** The last change of its state; -1: none. */
  lastChangeOf(job: number): number {
    return this.#last.get(job) - 1
  }

  attemptsOf(job: number): number {
    return this.#attempts.get(job)
  }

  /** In US dollars. */
  costOf(job: number): number {
    return this.#costs.get(job)
  }

  overrideOf(job: number): 'edited' | 'pinned' | undefined {
    return this.#overrides.size === 0 ? undefined : this.#overrides.get(job)
  }

  /** Somebody wants it regenerated, and it has not been since. */
  isAsked(job: number): boolean {
    return this.#asked.has(job)
  }

  get askedCount(): number {
    return this.#asked.size
  }

  #override(job: number, kind: number): void {
    if (isDecision(kind)) return
    const change = JOB_CHANGES[kind]
    if (change === 'asked') this.#asked.add(job)
    else if (change === 'edited' || change === 'pinned') this.#overrides.set(job, change)
    else this.#overrides.delete(job)
  }
}
