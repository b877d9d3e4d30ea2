import { isHeldHere, isOwnLease } from './held-leases.js'
import type { LeaseFile } from './lease-file.js'
import { processFate } from './process-identity.js'

export interface WatchTiming {
  /** A lease that stands still for so long has lost its holder, wherever that is. */
  readonly deadMs: number
  /** The same for a holder that had this host's name and is not found here. */
  readonly restartMs: number
}

/** Whether the holder of a lease lives: what is known of its process, and how long its lease has stood still. */
export class LeaseWatch {
  readonly #timing: WatchTiming
  #seen: { readonly holder: string; readonly counter: number; readonly sinceMs: number } | undefined
  #hasMoved = false
  #isSpoiled = false

  constructor(timing: WatchTiming) {
    this.#timing = timing
  }

  /**
   * `undecided`: it may be found dead soon, so that it pays to wait although nobody asked for it.
   * @param nowMs monotonic; no clock of another machine decides anything
   */
  judge(found: Exclude<LeaseFile, 'absent'>, nowMs: number): 'dead' | 'alive' | 'undecided' {
    if (found === 'spoiled') {
      const isStill = this.#isSpoiled
      this.#isSpoiled = true
      // Where there are no hard links a lease is empty for a moment before it is whole.
      return isStill ? 'dead' : 'undecided'
    }
    this.#isSpoiled = false
    const { holder, counter } = found
    if (this.#seen?.holder !== holder || this.#seen.counter !== counter) {
      this.#hasMoved = this.#seen?.holder === holder
      this.#seen = { holder, counter, sinceMs: nowMs }
    }
    if (isOwnLease(found) && !isHeldHere(holder)) return 'dead'
    const stillMs = nowMs - this.#seen.sinceMs
    if (stillMs >= this.#timing.deadMs) return 'dead'
    const fate = processFate(found)
    if (fate === 'gone') return 'dead'
    if (fate !== 'unknown') return 'alive'
    if (stillMs >= this.#timing.restartMs) return 'dead'
    return this.#hasMoved ? 'alive' : 'undecided'
  }
}
