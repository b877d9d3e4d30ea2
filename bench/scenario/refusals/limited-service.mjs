/**
 * What a service takes. Amounts are units a second: requests, or tokens where `tokens` is set.
 *
 * @typedef {object} Rules
 * @property {readonly [number, number]} callMs the shortest and the longest call
 * @property {number} [stray] share of the calls that are refused by chance
 * @property {number} [strayMs] the wait that such a refusal asks for
 * @property {Steps} [perSecond]
 * @property {'fixed' | 'sliding' | 'bucket'} [counting]
 * @property {number} [windowMs] of the windows that it counts in
 * @property {number} [burst] units that a bucket holds
 * @property {readonly [number, number]} [tokens] of one call, the fewest and the most
 * @property {Steps} [concurrency]
 * @property {Steps} [others] requests a second by somebody else with the same account
 * @property {{ everyMs: number, forMs: number }} [shut] it refuses everything for a while, again and again
 * @property {Record<string, number>} [models] requests a second of single models, by a bucket of a second
 * @property {boolean} [isSilent] refusals do not say how long to wait
 *
 * @typedef {readonly (readonly [fromMs: number, value: number])[]} Steps a value that changes with time
 *
 * @typedef {{ isTaken: true, ms: number, tokens: number } | { isTaken: false, waitMs: number }} Answer
 */

const RETRY_MS = 1_000

/** A service with known limits, on any clock: every call is told the time. */
export class LimitedService {
  #rules
  #seed
  #calls = 0
  #running = 0
  #windowAtMs = 0
  #inWindow = 0
  /** @type {{ atMs: number, units: number }[]} of a sliding window */
  #counted = []
  #inCounted = 0
  /** @type {number} */
  #left
  #filledAtMs = 0
  #othersAtMs = 0
  /** @type {Map<string, LimitedService>} */
  #models

  /** @param {Rules} rules @param {number} seed the same calls are refused by chance, and as slow */
  constructor(rules, seed) {
    this.#rules = rules
    this.#seed = seed
    this.#left = rules.burst ?? 0
    this.#models = new Map(
      Object.entries(rules.models ?? {}).map(([name, perSecond]) => [
        name,
        new LimitedService(
          { callMs: rules.callMs, perSecond: [[0, perSecond]], counting: 'bucket', burst: perSecond },
          seed,
        ),
      ]),
    )
  }

  /** One that is taken must be followed by {@link ended}. @param {number} nowMs @param {string} [model] @returns {Answer} */
  call(nowMs, model) {
    const { callMs, stray = 0, strayMs = RETRY_MS, shut, concurrency, tokens } = this.#rules
    const call = ++this.#calls
    this.#serveOthers(nowMs)
    if (shut && nowMs % shut.everyMs >= shut.everyMs - shut.forMs)
      return refused(shut.everyMs - (nowMs % shut.everyMs))
    if (concurrency && this.#running >= at(concurrency, nowMs)) return refused(RETRY_MS)
    const waitMs = this.#waitMs(nowMs)
    if (waitMs > 0) return refused(waitMs)
    if (fraction(call * 12.9898 + this.#seed) < stray) return refused(strayMs)
    const ofModel = model === undefined ? undefined : this.#models.get(model)?.call(nowMs)
    if (ofModel?.isTaken === false) return ofModel
    const units = tokens ? Math.round(between(tokens, fraction(call * 39.425 + this.#seed))) : 1
    this.#count(units, nowMs)
    this.#running++
    return { isTaken: true, ms: between(callMs, fraction(call * 78.233 + this.#seed)), tokens: units }
  }

  ended() {
    this.#running--
  }

  /** @param {number} nowMs */
  #serveOthers(nowMs) {
    const { others } = this.#rules
    if (others === undefined) return
    for (;;) {
      const perSecond = at(others, this.#othersAtMs)
      const nextAtMs = this.#othersAtMs + (perSecond > 0 ? 1_000 / perSecond : 100)
      if (nextAtMs > nowMs) return
      this.#othersAtMs = nextAtMs
      if (perSecond > 0 && this.#waitMs(nextAtMs) === 0) this.#count(1, nextAtMs)
    }
  }

  /** @param {number} units @param {number} nowMs */
  #count(units, nowMs) {
    this.#inWindow += units
    this.#left -= units
    if (this.#rules.counting !== 'sliding') return
    this.#counted.push({ atMs: nowMs, units })
    this.#inCounted += units
  }

  /** @param {number} nowMs */
  #waitMs(nowMs) {
    const { perSecond, counting = 'bucket', windowMs = 1_000, burst = 1 } = this.#rules
    if (perSecond === undefined) return 0
    const rate = at(perSecond, nowMs) / 1_000
    switch (counting) {
      case 'fixed':
        if (nowMs - this.#windowAtMs >= windowMs) {
          this.#windowAtMs = nowMs - (nowMs % windowMs)
          this.#inWindow = 0
        }
        return this.#inWindow < rate * windowMs ? 0 : this.#windowAtMs + windowMs - nowMs
      case 'sliding': {
        while (this.#counted[0] !== undefined && this.#counted[0].atMs <= nowMs - windowMs)
          this.#inCounted -= /** @type {{ units: number }} */ (this.#counted.shift()).units
        return this.#inCounted < rate * windowMs ? 0 : this.#counted[0].atMs + windowMs - nowMs
      }
      case 'bucket': {
        this.#left = Math.min(burst, this.#left + (nowMs - this.#filledAtMs) * rate)
        this.#filledAtMs = nowMs
        const least = this.#rules.tokens ? 0 : 1
        return this.#left >= least ? 0 : (least - this.#left) / rate
      }
    }
  }
}

/**
 * The time of whoever knows the limits, in milliseconds: calls when one will be taken, and never in vain.
 *
 * @param {Rules} rules @param {number} jobs @param {number} places
 */
export function idealMs(rules, jobs, places) {
  const service = new LimitedService({ ...rules, stray: 0, models: {} }, 0)
  /** @type {Set<number>} */
  const ends = new Set()
  for (let nowMs = 0, left = jobs; ; nowMs++) {
    for (const endMs of ends) if (endMs <= nowMs && ends.delete(endMs)) service.ended()
    if (left === 0 && ends.size === 0) return nowMs
    while (left > 0 && ends.size < places) {
      const answer = service.call(nowMs)
      if (!answer.isTaken) break
      ends.add(nowMs + answer.ms)
      left--
    }
  }
}

/** @param {number} waitMs @returns {Answer} */
const refused = waitMs => ({ isTaken: false, waitMs })

/** @param {Steps} steps @param {number} nowMs */
const at = (steps, nowMs) => steps.findLast(([fromMs]) => nowMs >= fromMs)?.[1] ?? 0

/** @param {readonly [number, number]} range @param {number} share */
const between = ([least, most], share) => least + (most - least) * share

/** In [0, 1), as good as by chance. @param {number} seed */
function fraction(seed) {
  const value = Math.sin(seed) * 43758.5453
  return value - Math.floor(value)
}
