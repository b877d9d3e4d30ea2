import { CoolDown } from '../cool-down.js'
import type { LimiterSettings } from '../limiter-settings.js'
import type { Places } from '../ramp.js'
import { type Answered, IS_TROUBLED, untilOf } from './answered.js'
import { DispatchOrder, type SentCall } from './evidence/dispatch-order.js'
import type { OuterLimit } from './outer-limit.js'
import { RefusalJudge } from './refusal-judge.js'

/** One that was refused without a word is back after so long. */
const RETURN_MS = 60_000

/**
 * What a limiter learns from refusals. One refusal concerns the attempt that it hit. What a service does to all is
 * learned from evidence: outcomes in the order of dispatch, tested against chance.
 */
export class LimitLearner {
  readonly #order = new DispatchOrder()
  readonly #coolDown = new CoolDown()
  readonly #judge: RefusalJudge
  /** The limiter that it is part of; undefined: it is part of none. */
  readonly #outer: OuterLimit | undefined
  /** When the last answer came, or those that were refused come back. */
  #busyUntilMs = Number.NEGATIVE_INFINITY

  /** @param outer the limiter that it is part of */
  constructor({ learning, concurrency, requestsPerMinute }: LimiterSettings, outer?: OuterLimit) {
    this.#outer = outer
    const isFixed = concurrency !== undefined && learning !== 'latency'
    const learnable = {
      ...(learning !== 'off' && !isFixed && { concurrency: learning }),
      rate: learning !== 'off' && requestsPerMinute === undefined,
    }
    this.#judge = new RefusalJudge(learnable, this.#coolDown, outer)
  }

  /** Attempts at once; infinity: any number. */
  get concurrency(): number {
    return this.#judge.concurrency?.limit ?? Number.POSITIVE_INFINITY
  }

  /**
   * As many as may be under way now. Where a limit is known, a refusal keeps its place until it is judged: otherwise
   * a service that refuses within a millisecond would refuse dozens before anybody knows why.
   */
  placesAt(nowMs: number): Places {
    const { concurrency } = this.#judge
    if (concurrency === undefined) return { count: Number.POSITIVE_INFINITY, nextAtMs: undefined }
    if (concurrency.isKnown && this.#order.openRefusals > 0) this.#judgeAll(nowMs)
    const { openRefusals, takenAfterMs } = this.#order
    if (!concurrency.isKnown || openRefusals === 0) return concurrency.placesAt(nowMs)
    return { count: Math.max(1, concurrency.limit - openRefusals), nextAtMs: nowMs + takenAfterMs }
  }

  /** As one of its inner limiters sees it. */
  outerOf(inner: string): OuterLimit {
    return {
      isOfInner: () => this.#judge.isOfInner(inner),
      isClosed: () => this.#coolDown.isClosed,
    }
  }

  /** Undefined: no limit is known. */
  get perMinute(): number | undefined {
    return this.#judge.rate?.perMinute
  }

  get pausedUntilMs(): number {
    return this.#coolDown.pausedUntilMs
  }

  /** The earliest moment for the next call. */
  opensAtMs(nowMs: number): number {
    const learned = this.#judge.rate?.opensAtMs(nowMs) ?? Number.NEGATIVE_INFINITY
    this.#busyUntilMs = Math.max(this.#busyUntilMs, learned)
    return Math.max(learned, this.#coolDown.opensAtMs(this.#order.takenAfterMs))
  }

  /**
   * @param isResumed it goes on with work that the service has taken already
   * @param level calls under way, itself counted
   * @param inner the inner limiter: part of the service that may have a limit of its own
   */
  sent(nowMs: number, isResumed: boolean, level: number, inner?: string): SentCall {
    const { concurrency, rate } = this.#judge
    if (inner !== undefined) this.#judge.hasInner()
    const call = this.#order.add(nowMs, isResumed, inner)
    if (isResumed) return call
    const idleMs =
      level === 1 ? Math.max(0, nowMs - Math.max(this.#busyUntilMs, this.#coolDown.pausedUntilMs)) : 0
    call.isAbove = rate?.sent(nowMs, this.#coolDown.pausedUntilMs, idleMs) ?? false
    this.#coolDown.sent(nowMs, this.#order.takenAfterMs)
    concurrency?.sent(call, level)
    return call
  }

  /** Work that the service had taken already has ended, however. */
  resumedEnded(call: SentCall): void {
    this.#order.ended(call)
  }

  spared(call: SentCall, nowMs: number): void {
    const { concurrency, rate } = this.#judge
    this.#order.void(call)
    if (call.extra !== undefined) concurrency?.triedExtra(call.extra, undefined, 0, nowMs)
    concurrency?.ended(call, 0, undefined, nowMs)
    rate?.spared(call.atMs, call.isAbove)
    this.#coolDown.spared(call.atMs)
  }

  /** The service answers again after an outage. */
  recovered(nowMs: number): void {
    this.#coolDown.recovered(nowMs)
  }

  lose(count: number): void {
    this.#order.lose(count)
    if (count > 0) this.#judge.concurrency?.lost()
  }

  returned(call: SentCall, answered: Answered, nowMs: number): void {
    const { responseClass, level, retryAfterMs, limits } = answered
    const { atMs } = call
    const { concurrency, rate, isQuiet, chance } = this.#judge
    const untilMs = untilOf(answered, nowMs)
    const backAtMs = responseClass === 'refused' ? (untilMs ?? nowMs + RETURN_MS) : nowMs
    this.#busyUntilMs = Math.max(this.#busyUntilMs, backAtMs)
    concurrency?.ended(call, level, IS_TROUBLED[responseClass], nowMs)
    switch (responseClass) {
      case 'accepted':
        this.#order.ended(call)
        rate?.accepted(atMs, nowMs, { isAbove: call.isAbove, isQuiet, chance })
        this.#coolDown.accepted(atMs)
        concurrency?.accepted(level, atMs, nowMs, isQuiet)
        break
      case 'refused':
        this.#refused(call, untilMs, nowMs)
        rate?.refused(atMs, call.isAbove)
        break
      case 'troubled':
        if (retryAfterMs ?? limits?.retryAfterMs) this.#refused(call, untilMs, nowMs)
        else this.#order.ended(call)
        break
      case 'answered':
      case 'unknown':
        this.#order.ended(call)
        break
    }
    this.#judgeAll(nowMs)
  }

  #refused(call: SentCall, untilMs: number | undefined, nowMs: number): void {
    const late = this.#order.refused(call, nowMs, untilMs)
    // One that tries whether the account is open again shows it for its own inner limiter only: another one may try next.
    if (call.inner !== undefined) this.#coolDown.spared(call.atMs)
    else if (this.#outer?.isClosed() && !this.#coolDown.isClosed) this.#coolDown.close(nowMs, untilMs)
    else this.#coolDown.refused(call.atMs, nowMs, untilMs)
    if (late) this.#judge.judge(late, this.#order.takenAfterMs, nowMs)
  }

  #judgeAll(nowMs: number): void {
    for (;;) {
      const outcome = this.#order.next(nowMs)
      if (outcome === undefined) return
      this.#judge.judge(outcome, this.#order.takenAfterMs, nowMs)
    }
  }
}
