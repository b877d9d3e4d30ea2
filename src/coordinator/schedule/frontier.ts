/** Jobs whose dependencies have settled and that are not judged yet: those that depend on nothing, and those that were freed. */
export class Frontier {
  readonly #starting: Iterator<number>
  #freed: number[] = []
  #taken = 0
  #isStarted = false

  /** @param starting jobs that depend on nothing */
  constructor(starting: Iterator<number>) {
    this.#starting = starting
  }

  get isEmpty(): boolean {
    return this.#taken === this.#freed.length && this.#isStarted
  }

  push(job: number): void {
    this.#freed.push(job)
  }

  /** The next job, freed ones first; `undefined` when there is none. */
  take(): number | undefined {
    if (this.#taken < this.#freed.length) return this.#freed[this.#taken++]
    this.#freed = []
    this.#taken = 0
    const { done, value } = this.#starting.next()
    this.#isStarted = done === true
    return value as number | undefined
  }
}
