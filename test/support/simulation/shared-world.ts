import type { Clock } from '../../../src/model/clock.js'

interface Timer {
  readonly atMs: number
  readonly number: number
  readonly act: () => void
}

/** Rounds of the event loop without a word from anybody, after which only time can go on. */
const QUIET_ROUNDS = 8

/** Virtual time for several coordinators: it goes on when all of them wait for it. */
export class SharedWorld {
  readonly #timers = new Set<Timer>()
  #nowMs = 0
  #count = 0
  #isBusy = false

  readonly clock: Clock = {
    timestamp: () => '2026-01-01T00:00:00.000Z',
    monotonicMs: () => this.#nowMs,
    startTimer: (delayMs, callback) => this.after(delayMs, callback),
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** Somebody did something: time stands still for a while. */
  touch(): void {
    this.#isBusy = true
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, number: this.#count++, act }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /**
   * Lets time pass until `isOver`.
   * @throws when it is not over, and nothing will ever happen again
   */
  async run(isOver: () => boolean): Promise<void> {
    for (;;) {
      await this.#quiet()
      if (isOver()) return
      const next = this.#next()
      if (next === undefined) throw new Error(`stuck at ${this.#nowMs} ms`)
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.act()
    }
  }

  async #quiet(): Promise<void> {
    for (let rounds = 0; rounds < QUIET_ROUNDS; rounds++) {
      await new Promise(resolve => setImmediate(resolve))
      if (this.#isBusy) rounds = 0
      this.#isBusy = false
    }
  }

  #next(): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (
        next !== undefined &&
        (timer.atMs > next.atMs || (timer.atMs === next.atMs && timer.number > next.number))
      )
        continue
      next = timer
    }
    return next
  }
}
