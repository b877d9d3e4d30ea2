import type { Clock } from '../../../src/model/clock.js'
import type { VirtualTime } from './virtual-time.js'

/** Lets through what comes, keeps it while it is shut, and loses it once it is broken. */
class Gate {
  #state: 'open' | 'shut' | 'broken' = 'open'
  #kept: (() => void)[] = []

  pass(act: () => void): void {
    if (this.#state === 'open') act()
    else if (this.#state === 'shut') this.#kept.push(act)
  }

  shut(): void {
    if (this.#state === 'open') this.#state = 'shut'
  }

  open(): void {
    if (this.#state === 'broken') return
    this.#state = 'open'
    const kept = this.#kept
    this.#kept = []
    for (const [at, act] of kept.entries()) {
      // What is let through may shut it again.
      if (this.#state !== 'open') {
        this.#kept.push(...kept.slice(at))
        return
      }
      act()
    }
  }

  break(): void {
    this.#state = 'broken'
    this.#kept = []
  }
}

/** One process of a fleet: may stand still, lose one or both directions of its network, or die. */
export class SimulatedProcess {
  readonly #time: VirtualTime
  readonly #life = new Gate()
  readonly #out = new Gate()
  readonly #in = new Gate()
  isAlive = true
  readonly clock: Clock

  constructor(time: VirtualTime) {
    this.#time = time
    this.clock = {
      timestamp: () => '2026-01-01T00:00:00.000Z',
      monotonicMs: () => time.nowMs,
      startTimer: (delayMs, callback) => {
        let isOff = false
        time.after(delayMs, () => this.#life.pass(() => isOff || callback()))
        return () => {
          isOff = true
        }
      },
    }
  }

  /** Something in this process. */
  act(action: () => void): void {
    this.#life.pass(action)
  }

  /** Something that this process does elsewhere. */
  reachOut(action: () => void): void {
    this.#life.pass(() => this.#out.pass(action))
  }

  /** Something from elsewhere. */
  hear(action: () => void): void {
    this.#in.pass(() => this.#life.pass(action))
  }

  async wait(delayMs: number): Promise<void> {
    await new Promise<void>(resolve => this.clock.startTimer(delayMs, resolve))
  }

  kill(): void {
    this.isAlive = false
    for (const gate of [this.#life, this.#out, this.#in]) gate.break()
  }

  pause(forMs: number): void {
    this.#life.shut()
    this.#time.after(forMs, () => this.#life.open())
  }

  cut(direction: 'out' | 'in' | 'both', forMs: number): void {
    for (const gate of [direction !== 'in' && this.#out, direction !== 'out' && this.#in])
      if (gate) {
        gate.shut()
        this.#time.after(forMs, () => gate.open())
      }
  }
}
