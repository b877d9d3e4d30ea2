import type { JobOutcome } from '../../../model/job.js'
import type { Checkpoint } from '../../../model/movie/manifest.js'
import { type Demand, maxCostOf, type Price } from '../../../model/provider/price.js'
import type { MoneyHold } from '../attempt-permit.js'
import { chargeOf } from './attempt-cost.js'
import type { Budget } from './budget.js'
import type { Charge } from './charge.js'

/** What the jobs of one family have to do with money. */
export interface MoneyTerms {
  /** Undefined: unknown. */
  readonly price: Price | undefined
  /** Code of the user's own without a price: it costs nothing unless it says so with a result. */
  readonly isFreeUnlessSaid?: boolean
  /** What a job of such code has cost in earlier runs of the movie, in US dollars. */
  readonly seenCostUsd?: number
  readonly budgets: readonly Budget[]
  /** That a job makes. */
  readonly images: number
}

/** The state of an attempt that decides what it is charged. */
export interface ChargedAttempt {
  readonly mostCostUsd: number | undefined
  readonly isResumed: boolean
  readonly hasSubmitted: boolean
}

/** The money of one run: prices and budgets by family. */
export class RunMoney {
  readonly #terms: readonly MoneyTerms[]
  /** By family: the most that an attempt has cost, where no price says it. */
  readonly #dearest: Float64Array

  constructor(terms: readonly MoneyTerms[]) {
    this.#terms = terms
    this.#dearest = Float64Array.from(terms, ({ seenCostUsd = 0 }) => seenCostUsd)
  }

  /** True when a budget counts what this family costs. */
  isCounted(family: number): boolean {
    return this.#terms[family]!.budgets.length > 0
  }

  isExhausted(family: number): boolean {
    return this.#terms[family]!.budgets.some(budget => budget.isExhausted)
  }

  /**
   * What must be kept aside for an attempt; undefined when it does not fit.
   * @param demand undefined where no price is known
   * @param work at a service, which the attempt goes on with: it has been paid for, whether it was counted or not
   */
  quote(family: number, demand: Demand | undefined, work: Checkpoint | undefined): MoneyHold | undefined {
    const { budgets, price } = this.#terms[family]!
    const mostCostUsd = price && demand && maxCostOf(price, demand)
    const isCounted = work?.uncertainCostUsd !== undefined || work?.chargedCostUsd !== undefined
    if (budgets.length === 0 || isCounted)
      return { reserved: undefined, counted: work?.uncertainCostUsd ?? 0, mostCostUsd }
    const reserved = Math.max(mostCostUsd ?? 0, this.#dearest[family]!)
    if (work === undefined && !budgets.every(budget => budget.fits(reserved))) return undefined
    return { reserved, counted: 0, mostCostUsd }
  }

  reserve(family: number, { reserved }: MoneyHold): void {
    if (reserved !== undefined) for (const budget of this.#terms[family]!.budgets) budget.reserve(reserved)
  }

  /** @param spent by the attempt, with the most that work may cost which goes on at a service */
  settle(family: number, { reserved, counted }: MoneyHold, spent: number): void {
    const { budgets, isFreeUnlessSaid } = this.#terms[family]!
    for (const budget of budgets) {
      if (reserved === undefined) budget.correct(spent - counted)
      else budget.settle(reserved, spent)
    }
    if (isFreeUnlessSaid && spent > this.#dearest[family]!) this.#dearest[family] = spent
  }

  /** What an attempt that has settled is charged. */
  chargeOf(
    family: number,
    attempt: ChargedAttempt,
    outcome: JobOutcome,
    { checkpoint, isKept }: { readonly checkpoint: Checkpoint | undefined; readonly isKept: boolean },
  ): Charge {
    const { price, images } = this.#terms[family]!
    const { mostCostUsd, isResumed, hasSubmitted } = attempt
    return chargeOf(outcome, { price, images, mostCostUsd, isResumed, hasSubmitted, checkpoint, isKept })
  }
}
