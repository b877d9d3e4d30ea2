import type { Places } from '../../ramp.js'
import type { Extra } from '../evidence/dispatch-order.js'
import { EXTRA_WAIT_MS } from '../extra-wait.js'

/** One more at a time, until so many were taken; then two, three and so on. */
const TAKEN_PER_CALL = 4
/** Weight of the newest latency in their mean. */
const RECENT = 0.05

/**
 * Single calls above a limit, to see whether it still holds: the next one is sent when the last one was taken, or soon.
 * So a limit that stands refuses one, and one that has risen is followed within seconds.
 */
export class ExtraCalls {
  #isOn = false
  #underWay = 0
  #taken = 0
  #sentAtMs = Number.NEGATIVE_INFINITY
  /** The same, of the last one above the limit. */
  #extraAtMs = Number.NEGATIVE_INFINITY
  /** Mean of the calls that were taken. */
  #latencyMs = 0

  get isOn(): boolean {
    return this.#isOn
  }

  /** So many were taken, one after the other. */
  get taken(): number {
    return this.#taken
  }

  begin(): void {
    if (this.#isOn) return
    this.#isOn = true
    this.#underWay = 0
    this.#taken = 0
  }

  end(): void {
    this.#isOn = false
  }

  /** As many as may be under way now. */
  placesAt(limit: number, nowMs: number): Places {
    if (!this.#isOn) return { count: limit, nextAtMs: undefined }
    const allowed = Math.max(1, Math.floor(this.#taken / TAKEN_PER_CALL)) - this.#underWay
    const count = Math.max(1, allowed)
    // Between two others: sent together with one, it would be refused by a service that spaces calls out.
    const betweenMs = this.#sentAtMs + this.#latencyMs / limit / 2
    const fromMs = allowed > 0 ? betweenMs : Math.max(betweenMs, this.#extraAtMs + EXTRA_WAIT_MS)
    return nowMs < fromMs ? { count: limit, nextAtMs: fromMs } : { count: limit + count, nextAtMs: undefined }
  }

  /**
   * A call is sent.
   * @param level attempts in flight with it, itself counted
   * @param sustained as many as are known to be taken
   * @returns what it is above that; undefined: it is not
   */
  sent(level: number, sustained: number, limit: number, nowMs: number): Extra | undefined {
    this.#sentAtMs = nowMs
    if (!this.#isOn || level <= sustained) return undefined
    if (level <= limit) return 'repeated'
    this.#underWay++
    this.#extraAtMs = nowMs
    return 'first'
  }

  /** One at a new level has ended. @param isTaken undefined: it says nothing */
  ended(isTaken: boolean | undefined): void {
    this.#underWay = Math.max(0, this.#underWay - 1)
    if (isTaken) this.#taken++
  }

  accepted(latencyMs: number): void {
    this.#latencyMs += (this.#latencyMs === 0 ? 1 : RECENT) * (latencyMs - this.#latencyMs)
  }

  /**
   * So many more than the service takes may be taken, since results are still on their way back.
   * @param wayMs until a refusal is back
   */
  slack(sustained: number, wayMs: number): number {
    const onTheirWay = sustained * Math.min(1, wayMs / Math.max(1, this.#latencyMs))
    return 1 + Math.ceil(onTheirWay + Math.sqrt(onTheirWay))
  }
}
