import { seededRandom } from '../../../src/model/seeded-random.js'

/** How a simulated service counts its requests. */
export type Counting = 'fixed window' | 'sliding window' | 'bucket'

export interface ServiceRules {
  /** Requests in a minute, also as a function of the time; absent: any number. */
  readonly perMinute?: number | ((nowMs: number) => number)
  readonly counting?: Counting
  /** Of the windows that it counts in; the bucket holds a sixth of what it refills in this time. @default 60_000 */
  readonly windowMs?: number
  /** At the same time, also as a function of the time; absent: any number. */
  readonly concurrency?: number | ((nowMs: number) => number)
  /** Milliseconds of one call when `level` calls run. */
  latencyMs(level: number, nowMs: number): number
  /** Share of the calls that it takes and answers with a failure of its own. */
  readonly troubleRate?: number
  /** Calls at work above this number fail, too. */
  readonly troubledAbove?: number
  /** Milliseconds until a failure is there. @default as long as a call takes */
  readonly troubleMs?: number
  /** Share of the calls that it refuses by chance, whatever its load. */
  readonly strayRate?: number
  /** What a stray refusal tells the caller to wait. @default 1_000 */
  readonly strayRetryAfterMs?: number
  /** Milliseconds on the way to it, and back. @default 0 */
  readonly wayMs?: (random: () => number) => number
  /** It refuses everything for a while, again and again: from the end of each period. */
  readonly shut?: { readonly everyMs: number; readonly forMs: number }
  /** Somebody else calls it so often a minute, evenly. */
  readonly othersPerMinute?: (nowMs: number) => number
  /** It says so in whole seconds, as RFC 9110 has it. */
  readonly saysSeconds?: boolean
  /** Whether a refusal says how long to wait. */
  readonly saysWhen?: boolean
  /** Milliseconds until a refusal is there. @default 20 */
  readonly refusalMs?: (random: () => number) => number
  readonly seed?: string
  /** What it takes of single models, besides. */
  readonly models?: Readonly<Record<string, Omit<ServiceRules, 'latencyMs'>>>
}

export interface Answer {
  readonly status: 200 | 429
  readonly atMs: number
  readonly retryAfterMs?: number
  readonly isTroubled?: boolean
}

const MINUTE_MS = 60_000
/** A refusal costs no work. */
const REFUSAL_MS = 20

/** A service with known limits, on a clock that the test turns. */
export class SimulatedService {
  readonly #rules: ServiceRules
  running = 0
  accepted = 0
  readonly refusedAtMs: number[] = []
  readonly acceptedAtMs: number[] = []
  /** Requests that count against its rate: also those of others. */
  readonly #countedAtMs: number[] = []
  #windowAtMs = 0
  #inWindow = 0
  #tokens: number
  #refilledAtMs = 0
  #othersAtMs = 0
  readonly #random: () => number
  readonly #models: ReadonlyMap<string, SimulatedService>

  constructor(rules: ServiceRules) {
    this.#rules = rules
    this.#models = new Map(
      Object.entries(rules.models ?? {}).map(([model, own]) => [
        model,
        new SimulatedService({
          latencyMs: rules.latencyMs,
          saysWhen: rules.saysWhen ?? true,
          saysSeconds: rules.saysSeconds ?? false,
          ...own,
        }),
      ]),
    )
    this.#random = seededRandom(`service ${rules.seed ?? ''}`)
    this.#tokens = this.#capacityAt(0)
  }

  /** Milliseconds that a message is on its way. */
  wayMs(): number {
    return this.#rules.wayMs?.(this.#random) ?? 0
  }

  /** Takes or refuses a call. The caller must tell `finished`, with its model, at the moment of an answer of 200. */
  call(nowMs: number, model?: string): Answer {
    const { latencyMs, saysWhen = true, saysSeconds = false, troubleRate = 0, strayRate = 0 } = this.#rules
    this.#serveOthers(nowMs)
    const waitMs = this.#shutMs(nowMs) || this.#waitMs(nowMs)
    const isFull = this.running >= (at(this.#rules.concurrency, nowMs) ?? Number.POSITIVE_INFINITY)
    const isStray = strayRate > 0 && this.#random() < strayRate
    if (waitMs > 0 || isFull || isStray) {
      this.refusedAtMs.push(nowMs)
      const exactMs = waitMs > 0 ? waitMs : isFull ? 1_000 : (this.#rules.strayRetryAfterMs ?? 1_000)
      const retryAfterMs = saysSeconds ? 1_000 * Math.ceil(exactMs / 1_000) : exactMs
      const refusalMs = this.#rules.refusalMs?.(this.#random) ?? REFUSAL_MS
      return { status: 429, atMs: nowMs + refusalMs, ...(saysWhen && { retryAfterMs }) }
    }
    const ofModel = model === undefined ? undefined : this.#models.get(model)?.call(nowMs)
    if (ofModel?.status === 429) {
      this.refusedAtMs.push(nowMs)
      return ofModel
    }
    this.#count(nowMs)
    this.accepted++
    this.acceptedAtMs.push(nowMs)
    this.running++
    const { troubledAbove = Number.POSITIVE_INFINITY, troubleMs } = this.#rules
    const isTroubled = this.#random() < troubleRate || this.running > troubledAbove
    const callMs = latencyMs(this.running, nowMs)
    return { status: 200, atMs: nowMs + ((isTroubled ? troubleMs : undefined) ?? callMs), isTroubled }
  }

  finished(model?: string): void {
    this.running--
    if (model !== undefined) this.#models.get(model)?.finished()
  }

  #serveOthers(nowMs: number): void {
    const { othersPerMinute } = this.#rules
    if (othersPerMinute === undefined) return
    for (;;) {
      const perMinute = othersPerMinute(this.#othersAtMs)
      const nextAtMs = this.#othersAtMs + (perMinute > 0 ? MINUTE_MS / perMinute : 1_000)
      if (nextAtMs > nowMs) return
      this.#othersAtMs = nextAtMs
      if (perMinute > 0 && this.#waitMs(nextAtMs) === 0) this.#count(nextAtMs)
    }
  }

  #count(nowMs: number): void {
    this.#inWindow++
    this.#tokens--
    this.#countedAtMs.push(nowMs)
  }

  #shutMs(nowMs: number): number {
    const { everyMs, forMs } = this.#rules.shut ?? { everyMs: 1, forMs: 0 }
    const phaseMs = nowMs % everyMs
    return phaseMs >= everyMs - forMs ? everyMs - phaseMs : 0
  }

  get #windowMs(): number {
    return this.#rules.windowMs ?? MINUTE_MS
  }

  #capacityAt(nowMs: number): number {
    return ((at(this.#rules.perMinute, nowMs) ?? 0) * this.#windowMs) / MINUTE_MS / 6
  }

  #waitMs(nowMs: number): number {
    const perMinute = at(this.#rules.perMinute, nowMs)
    if (perMinute === undefined) return 0
    const windowMs = this.#windowMs
    const perWindow = Math.round((perMinute * windowMs) / MINUTE_MS)
    switch (this.#rules.counting ?? 'fixed window') {
      case 'fixed window': {
        if (nowMs - this.#windowAtMs >= windowMs) {
          this.#windowAtMs = nowMs - ((nowMs - this.#windowAtMs) % windowMs)
          this.#inWindow = 0
        }
        return this.#inWindow < perWindow ? 0 : this.#windowAtMs + windowMs - nowMs
      }
      case 'sliding window': {
        const oldest = this.#countedAtMs[this.#countedAtMs.length - perWindow]
        return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - nowMs)
      }
      case 'bucket': {
        const perMs = perMinute / MINUTE_MS
        this.#tokens = Math.min(this.#capacityAt(nowMs), this.#tokens + (nowMs - this.#refilledAtMs) * perMs)
        this.#refilledAtMs = nowMs
        return this.#tokens >= 1 - 1e-9 ? 0 : (1 - this.#tokens) / perMs
      }
    }
  }
}

function at(value: number | ((nowMs: number) => number) | undefined, nowMs: number): number | undefined {
  return typeof value === 'function' ? value(nowMs) : value
}
