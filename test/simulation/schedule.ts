import { setImmediate as turn } from 'node:timers/promises'

interface Waiting {
  readonly process: number | undefined
  readonly go: () => void
}

/** A linear congruential generator: quick, and good enough to shuffle. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return ((state >>> 8) & 0xff_ffff) / 0x1_00_0000
  }
}

/**
 * Decides, by its seed alone, which of all waiting steps is next. Between two steps everything that can go on
 * does. A process that is crashed waits for ever; what it has sent is still under way.
 */
export class Schedule {
  readonly #random: () => number
  readonly #crashRate: number
  readonly #waiting: Waiting[] = []
  readonly #crashed = new Set<number>()
  steps = 0

  constructor(seed: number, crashRate: number) {
    this.#random = generator(seed)
    this.#crashRate = crashRate
  }

  chance(rate: number): boolean {
    return this.#random() < rate
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  /** Where a process gives way to others. */
  step(process: number): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ process, go: resolve })
    })
  }

  /** Something that happens some time, whatever becomes of its process. */
  later(go: () => void): void {
    this.#waiting.push({ process: undefined, go })
  }

  /** Some code takes a few turns of the event loop from one step to its next. */
  async #isWaiting(): Promise<boolean> {
    for (let patience = 0; patience < 20 && this.#waiting.length === 0; patience++) await turn()
    return this.#waiting.length > 0
  }

  /** Until nobody waits any more. */
  async run(stepLimit: number): Promise<void> {
    while (await this.#isWaiting()) {
      if (++this.steps > stepLimit) throw new Error(`The simulation does not end within ${stepLimit} steps.`)
      const [next] = this.#waiting.splice(this.below(this.#waiting.length), 1)
      const { process, go } = next!
      if (process !== undefined && this.#crashed.has(process)) continue
      if (process !== undefined && this.chance(this.#crashRate)) this.#crashed.add(process)
      else go()
      await turn()
    }
  }
}
