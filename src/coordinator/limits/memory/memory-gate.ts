import type { Tenant } from '../tenants.js'

/** Bytes that the jobs of an engine may hold at the same time. One that needs more than there is goes alone. */
export class MemoryGate {
  readonly limitBytes: number
  #usedBytes = 0
  readonly #waiting = new Set<Tenant>()

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  fits(tenant: Tenant, sizeBytes: number): boolean {
    if (this.#usedBytes === 0 || this.#usedBytes + sizeBytes <= this.limitBytes) return true
    this.#waiting.add(tenant)
    return false
  }

  take(sizeBytes: number): void {
    this.#usedBytes += sizeBytes
  }

  giveBack(sizeBytes: number): void {
    this.#usedBytes -= sizeBytes
    for (const tenant of this.#waiting) tenant.wake()
    this.#waiting.clear()
  }

  leave(tenant: Tenant): void {
    this.#waiting.delete(tenant)
  }
}
