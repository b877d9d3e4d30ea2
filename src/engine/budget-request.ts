/** What a run may spend, in US dollars. */
export interface BudgetRequest {
  /** On everything together. */
  readonly total?: number | undefined
  /** By the names of providers. */
  readonly providers?: Readonly<Record<string, number>> | undefined
}
