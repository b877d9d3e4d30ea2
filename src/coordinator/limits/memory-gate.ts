import type { Party } from './parties.js'

/** Bytes that the jobs of an engine may hold at the same time. One that needs more than there is goes alone. */
export class MemoryGate {
  readonly limitBytes: number
  #usedBytes = 0
  readonly #waiting = new Set<Party>()

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  fits(party: Party, sizeBytes: number): boolean {
    if (this.#usedBytes === 0 || this.#usedBytes + sizeBytes <= this.limitBytes) return true
    this.#waiting.add(party)
    return false
  }

  take(sizeBytes: number): void {
    this.#usedBytes += sizeBytes
  }

  giveBack(sizeBytes: number): void {
    this.#usedBytes -= sizeBytes
    for (const party of this.#waiting) party.wake()
    this.#waiting.clear()
  }

  leave(party: Party): void {
    this.#waiting.delete(party)
  }
}
