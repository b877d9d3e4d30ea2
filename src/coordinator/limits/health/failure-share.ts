/** Calls after which one weighs a third of what it weighed at first. */
const MEMORY_CALLS = 100
/** What is believed before anything is known: a share of this, with the weight of so many calls. */
const PRIOR_SHARE = 0.05
const PRIOR_CALLS = 10
/** A row of failures is no chance when it would come about less often than this. */
const CHANCE = 1e-8
export const ROW_MIN = 5
const ROW_MAX = 200
const PER_PROMISING = 2

/**
 * How many calls fail when all is as usual, and from that the number of failures in a row that is no chance any more: a
 * sequential test (Wald) of "as usual" against "everything fails".
 */
export class FailureShare {
  readonly #mayBeFirst: boolean
  #hasSucceeded = false
  #failed = 0
  #calls = 0

  /** @param mayBeFirst before anybody was answered, too, calls under way count that may be */
  constructor(mayBeFirst = false) {
    this.#mayBeFirst = mayBeFirst
  }

  succeeded(): void {
    this.#hasSucceeded = true
    this.#note(1, 0)
  }

  failed(count: number): void {
    this.#note(count, count)
  }

  /**
   * Failures in a row that chance does not explain.
   * @param promising calls that were sent among them and may still be answered
   */
  rowLimit(promising: number): number {
    // Nobody was ever answered: there is nothing that would be as usual.
    if (!this.#hasSucceeded) return ROW_MIN + (this.#mayBeFirst ? PER_PROMISING * promising : 0)
    const share = (this.#failed + PRIOR_SHARE * PRIOR_CALLS) / (this.#calls + PRIOR_CALLS)
    const row = Math.ceil(Math.log(CHANCE) / Math.log(share))
    return Math.min(ROW_MAX, Math.max(ROW_MIN, row)) + PER_PROMISING * promising
  }

  #note(calls: number, failed: number): void {
    const kept = Math.exp(-calls / MEMORY_CALLS)
    this.#calls = this.#calls * kept + calls
    this.#failed = this.#failed * kept + failed
  }
}
