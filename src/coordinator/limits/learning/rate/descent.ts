import { Experiment } from '../evidence/experiment.js'

/** A rate below this part of the first one has been cut on purpose, and not only corrected. */
const FALLEN = 2 / 3

/**
 * One cut after the other. Each is judged by what was refused just before it, which may have been bad luck; the descent
 * as a whole is judged by everything that was refused until a third was taken off: with a limit few are refused then,
 * with chance as many as before.
 */
export class Descent<Kept> {
  /** What was kept to before the first cut. */
  readonly before: Kept
  readonly #firstPerMinute: number
  #refused: number
  #count: number
  #test: Experiment | undefined

  /**
   * @param perMinute that the first cut led to
   * @param refused of `count`, what led to it
   */
  constructor(before: Kept, perMinute: number, refused: number, count: number) {
    this.before = before
    this.#firstPerMinute = perMinute
    this.#refused = refused
    this.#count = count
  }

  /** Share that was refused until a third was taken off. */
  get share(): number {
    return this.#refused / this.#count
  }

  /** The rate is cut, to this one. */
  cutTo(perMinute: number, nowMs: number): void {
    if (this.#test === undefined && perMinute <= FALLEN * this.#firstPerMinute)
      this.#test = new Experiment(this.share, 0, nowMs)
  }

  /** @returns what it has shown; undefined: nothing yet */
  observe(sentAtMs: number, isRefused: boolean): 'helped' | 'in vain' | undefined {
    if (this.#test !== undefined) return this.#test.observe(sentAtMs, isRefused)
    this.#count++
    if (isRefused) this.#refused++
    return undefined
  }
}
