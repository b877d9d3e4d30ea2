import type { Tenant } from '../tenants.js'
import type { Call } from './call.js'

/** Calls of one service that have not ended, in the order in which they were sent. */
export class CallsInFlight {
  readonly #calls = new Set<Call>()

  get size(): number {
    return this.#calls.size
  }

  add(call: Call): void {
    this.#calls.add(call)
  }

  remove(call: Call): void {
    this.#calls.delete(call)
  }

  removeOf(tenant: Tenant): void {
    for (const call of this.#calls) if (call.tenant === tenant) this.#calls.delete(call)
  }

  /**
   * Calls that were sent since a moment and will probably be answered: they have been out for as long as those that
   * failed. Where failures come faster than answers, a row of failures alone would say too much.
   */
  promising(sinceMs: number, failureMs: number, nowMs: number): number {
    let count = 0
    for (const { startedAtMs } of this.#calls)
      if (startedAtMs >= sinceMs && nowMs - startedAtMs >= failureMs) count++
    return count
  }
}
