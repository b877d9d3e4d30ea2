import { setImmediate as turn } from 'node:timers/promises'
import { EventQueue } from '../../../src/rehearsal/event-queue.js'

/** Time that passes when nothing is left to do at its moment. Everything that happens in it happens in one order. */
export class VirtualTime {
  readonly #events = new EventQueue<() => void>()
  nowMs = 0

  after(delayMs: number, callback: () => void): void {
    this.#events.add(this.nowMs + Math.max(0, delayMs), callback)
  }

  /** @throws when that does not come within so many milliseconds */
  async runUntil(isOver: () => boolean, limitMs: number): Promise<void> {
    const endMs = this.nowMs + limitMs
    await atRest()
    while (!isOver()) {
      if (this.#events.isEmpty || this.#events.nextAtMs > endMs)
        throw new Error(`it does not end within ${limitMs / 1_000} s`)
      this.nowMs = Math.max(this.nowMs, this.#events.nextAtMs)
      while (this.#events.nextAtMs <= this.nowMs) this.#events.take()!()
      await atRest()
    }
  }
}

/** Nothing that is under way in this process can go on by itself: what is simulated uses no files and no real timers. */
async function atRest(): Promise<void> {
  do await turn()
  while (process.getActiveResourcesInfo().includes('Immediate'))
}
