import { roundCost } from '../../../model/provider/price.js'

/** Sums of cents do not come out even in binary. */
const EPSILON = 1e-9

/** What a budget is for: everything a movie ever spends, or one run of it. */
export type BudgetScope = 'movie' | 'run'

/** How a budget stands, in US dollars. */
export interface BudgetProgress {
  /** Whether it is for all runs of the movie, or for this run. */
  readonly scope: BudgetScope
  /** Absent: for all providers together. */
  readonly provider?: string
  /** What may be spent. */
  readonly limitUsd: number
  /** What has been spent, with the most that attempts may have cost of which nobody says what they did. */
  readonly spentUsd: number
  /** What is left of it; never below 0. What jobs in flight may cost is not taken off. */
  readonly leftUsd: number
  /** A job did not fit into what is left. */
  readonly isExhausted: boolean
}

/**
 * Dollars that a movie or a run may spend, on everything or at one provider. What a job may cost is kept aside before
 * it starts, so that what is in flight together can never exceed the limit.
 */
export class Budget {
  readonly scope: BudgetScope
  /** Undefined: of all providers together. */
  readonly provider: string | undefined
  readonly limit: number
  #spent = 0
  #reserved = 0
  #reservations = 0
  #isExhausted = false

  constructor(limit: number, scope: BudgetScope = 'run', provider?: string) {
    this.limit = limit
    this.scope = scope
    this.provider = provider
  }

  get spent(): number {
    return this.#spent
  }

  /** A job did not fit, and nothing is in flight that could give money back. */
  get isExhausted(): boolean {
    return this.#isExhausted
  }

  get progress(): BudgetProgress {
    return {
      scope: this.scope,
      ...(this.provider !== undefined && { provider: this.provider }),
      limitUsd: this.limit,
      spentUsd: roundCost(this.#spent),
      leftUsd: roundCost(Math.max(0, this.limit - this.#spent)),
      isExhausted: this.#isExhausted,
    }
  }

  /** What had been spent before the run. */
  begin(spent: number): void {
    this.#spent = spent
  }

  fits(amount: number): boolean {
    // What costs nothing may start although everything is spent.
    if (amount === 0 || this.#spent + this.#reserved + amount <= this.limit + EPSILON) return true
    if (this.#reservations === 0) this.#isExhausted = true
    return false
  }

  reserve(amount: number): void {
    this.#reserved += amount
    this.#reservations++
  }

  settle(reserved: number, spent: number): void {
    this.#reservations--
    // What rounding has left of a million sums must not keep a budget from ending.
    this.#reserved = this.#reservations === 0 ? 0 : this.#reserved - reserved
    this.correct(spent)
  }

  /** Work that was counted before has cost more, or less. */
  correct(difference: number): void {
    this.#spent = Math.max(0, this.#spent + difference)
  }
}
