/** What an attempt costs, in US dollars: as somebody says, or the most that it may be. Both absent: nothing. */
export interface Charge {
  readonly costUsd?: number
  readonly uncertainCostUsd?: number
  /** `costUsd` is of work that the next attempt goes on with. */
  readonly isOfCheckpoint?: true
}
