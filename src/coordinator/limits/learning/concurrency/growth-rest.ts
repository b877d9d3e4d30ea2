/** Accepted calls until more is tried than what is known to be right: after each failure so many times more. */
const FIRST_COUNT = 40
/** The same, for each call at once that is known to be right: a small limit is soon seen to be wrong. */
const FIRST_ROUNDS = 2
const LEAST_COUNT = 8
const FACTOR = 2
const MAX_COUNT = 1_500
/** The same, when trying has cost no more than one call. */
const CHEAP_FACTOR = 1.5
const CHEAP_MAX_COUNT = 100
/** Looking for more may cost one call in so many. */
const PRICE = 100

/** How long a limit is kept to before more is tried. */
export class GrowthRest {
  #count = FIRST_COUNT
  #left = 0

  get isOver(): boolean {
    return this.#left === 0
  }

  accepted(): void {
    if (this.#left > 0) this.#left--
  }

  begin(): void {
    this.#left = this.#count
  }

  /** A limit is found, or found again. */
  found(level: number, isNew: boolean): void {
    this.#count = isNew ? firstCount(level) : Math.min(MAX_COUNT, FACTOR * this.#count)
  }

  /** The limit has moved: it may move again. */
  moved(): void {
    this.#count = FIRST_COUNT
  }

  /** One call more was refused. */
  refusedOne(): void {
    this.#count = Math.min(CHEAP_MAX_COUNT, Math.ceil(CHEAP_FACTOR * this.#count))
  }

  /** More was too much. @param refusedCount what it has cost to know it */
  failed(level: number, refusedCount: number): void {
    this.#count = Math.min(FACTOR * this.#count, Math.max(firstCount(level), PRICE * refusedCount))
  }
}

const firstCount = (level: number): number =>
  Math.min(FIRST_COUNT, Math.max(LEAST_COUNT, FIRST_ROUNDS * level))
