import { seededRandom } from '../../src/model/seeded-random.js'

/** How a simulated service counts its requests. */
export type Counting = 'fixed window' | 'sliding window' | 'bucket'

export interface ServiceRules {
  /** Requests in a minute; absent: any number. */
  readonly perMinute?: number
  readonly counting?: Counting
  /** At the same time; absent: any number. */
  readonly concurrency?: number
  /** Milliseconds of one call when `level` calls run. */
  latencyMs(level: number, nowMs: number): number
  /** Share of the calls that it takes and answers with a failure of its own. */
  readonly troubleRate?: number
  /** Whether a refusal says how long to wait. */
  readonly saysWhen?: boolean
}

export interface Answer {
  readonly status: 200 | 429
  readonly atMs: number
  readonly retryAfterMs?: number
  readonly isTroubled?: boolean
}

const WINDOW_MS = 60_000
/** A refusal costs no work. */
const REFUSAL_MS = 20

/** A service with known limits, on a clock that the test turns. */
export class SimulatedService {
  readonly #rules: ServiceRules
  running = 0
  accepted = 0
  readonly refusedAtMs: number[] = []
  readonly acceptedAtMs: number[] = []
  #windowAtMs = 0
  #inWindow = 0
  #tokens: number
  #refilledAtMs = 0
  readonly #random = seededRandom('trouble')

  constructor(rules: ServiceRules) {
    this.#rules = rules
    // A bucket that holds what ten seconds refill.
    this.#tokens = (rules.perMinute ?? 0) / 6
  }

  /** Takes or refuses a call. The caller must tell `finished` at the moment of an answer of 200. */
  call(nowMs: number): Answer {
    const { perMinute, concurrency, latencyMs, saysWhen = true, troubleRate = 0 } = this.#rules
    const waitMs = perMinute === undefined ? 0 : this.#waitMs(perMinute, nowMs)
    const isFull = concurrency !== undefined && this.running >= concurrency
    if (waitMs > 0 || isFull) {
      this.refusedAtMs.push(nowMs)
      const retryAfterMs = waitMs > 0 ? waitMs : 1_000
      return { status: 429, atMs: nowMs + REFUSAL_MS, ...(saysWhen && { retryAfterMs }) }
    }
    this.#inWindow++
    this.#tokens--
    this.accepted++
    this.acceptedAtMs.push(nowMs)
    this.running++
    const isTroubled = this.#random() < troubleRate
    return { status: 200, atMs: nowMs + latencyMs(this.running, nowMs), isTroubled }
  }

  finished(): void {
    this.running--
  }

  #waitMs(perMinute: number, nowMs: number): number {
    switch (this.#rules.counting ?? 'fixed window') {
      case 'fixed window': {
        if (nowMs - this.#windowAtMs >= WINDOW_MS) {
          this.#windowAtMs = nowMs - ((nowMs - this.#windowAtMs) % WINDOW_MS)
          this.#inWindow = 0
        }
        return this.#inWindow < perMinute ? 0 : this.#windowAtMs + WINDOW_MS - nowMs
      }
      case 'sliding window': {
        const oldest = this.acceptedAtMs[this.acceptedAtMs.length - perMinute]
        return oldest === undefined ? 0 : Math.max(0, oldest + WINDOW_MS - nowMs)
      }
      case 'bucket': {
        const perMs = perMinute / WINDOW_MS
        this.#tokens = Math.min(perMinute / 6, this.#tokens + (nowMs - this.#refilledAtMs) * perMs)
        this.#refilledAtMs = nowMs
        return this.#tokens >= 1 ? 0 : (1 - this.#tokens) / perMs
      }
    }
  }
}
