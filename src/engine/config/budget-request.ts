/** US dollars that may be spent. */
export interface BudgetRequest {
  /** On everything together. */
  readonly total?: number | undefined
  /** By the names of providers. */
  readonly providers?: Readonly<Record<string, number>> | undefined
}

/** The parts of a request that say what may be spent. */
export interface BudgetOptions {
  /**
   * US dollars that the movie may cost, with all that its runs have spent before: a run stops before it would spend
   * more. A number is for everything together. Every provider needs a price for it; code of your own without one
   * costs what it says with its results.
   */
  readonly budgetUsd?: number | BudgetRequest | undefined
  /** The same for this run alone, whatever was spent before. */
  readonly budgetRunUsd?: number | BudgetRequest | undefined
}
