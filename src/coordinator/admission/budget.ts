/** Sums of cents do not come out even in binary. */
const EPSILON = 1e-9

/**
 * Dollars that a run may spend, on everything or at one provider. What a job may cost is kept aside before it
 * starts, so that what is in flight together can never exceed the limit.
 */
export class Budget {
  /** Undefined: of the whole run. */
  readonly provider: string | undefined
  readonly limit: number
  #spent = 0
  #reserved = 0
  #reservations = 0
  #isExhausted = false

  constructor(limit: number, provider?: string) {
    this.limit = limit
    this.provider = provider
  }

  get spent(): number {
    return this.#spent
  }

  /** A job did not fit, and nothing is in flight that could give money back. */
  get isExhausted(): boolean {
    return this.#isExhausted
  }

  fits(amount: number): boolean {
    if (this.#spent + this.#reserved + amount <= this.limit + EPSILON) return true
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
    this.#spent += spent
  }
}
