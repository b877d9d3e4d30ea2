import { CoolDown } from '../cool-down.js'
import type { LimiterSettings } from '../limiter-settings.js'
import type { Places } from '../ramp.js'
import { type Answered, IS_TROUBLED, untilOf } from './answered.js'
import { ConcurrencyLearner } from './concurrency/concurrency-learner.js'
import { type CallOutcome, DispatchOrder, type SentCall } from './evidence/dispatch-order.js'
import { InnerShares } from './evidence/inner-shares.js'
import { levelSplit } from './evidence/level-split.js'
import { type Alarm, RefusalTest } from './evidence/refusal-test.js'
import type { OuterLimit } from './outer-limit.js'
import { RateLearner } from './rate/rate-learner.js'

/** One that was refused without a word is back after so long. */
const RETURN_MS = 60_000

/** Where such a share is refused by chance, a run of refusals says nothing about the number of calls. */
const NOISY = 0.1

/**
 * What a limiter learns from refusals. One refusal concerns the attempt that it hit. What a service does to all is
 * learned from evidence: outcomes in the order of dispatch, tested against chance.
 */
export class LimitLearner {
  readonly #order = new DispatchOrder()
  readonly #test = new RefusalTest()
  readonly #coolDown = new CoolDown()
  readonly #concurrency: ConcurrencyLearner | undefined
  readonly #rate: RateLearner | undefined
  /** Undefined: it has none. */
  #innerShares: InnerShares | undefined
  /** The limiter that it is part of; undefined: it is part of none. */
  readonly #outer: OuterLimit | undefined
  /** What was sent before says nothing about what holds now. */
  #sinceMs = Number.NEGATIVE_INFINITY
  /** When the last answer came, or those that were refused come back. */
  #busyUntilMs = Number.NEGATIVE_INFINITY

  /** @param outer the limiter that it is part of */
  constructor({ learning, concurrency, requestsPerMinute }: LimiterSettings, outer?: OuterLimit) {
    this.#outer = outer
    const isFixed = concurrency !== undefined && learning !== 'latency'
    if (learning === 'off') return
    if (!isFixed) this.#concurrency = new ConcurrencyLearner(learning)
    if (requestsPerMinute === undefined) this.#rate = new RateLearner()
  }

  /** Attempts at once; infinity: any number. */
  get concurrency(): number {
    return this.#concurrency?.limit ?? Number.POSITIVE_INFINITY
  }

  /**
   * As many as may be under way now. Where a limit is known, a refusal keeps its place until it is judged: otherwise
   * a service that refuses within a millisecond would refuse dozens before anybody knows why.
   */
  placesAt(nowMs: number): Places {
    if (this.#concurrency?.isKnown && this.#order.openRefusals > 0) this.#judgeAll(nowMs)
    const { openRefusals, takenAfterMs } = this.#order
    if (!this.#concurrency?.isKnown || openRefusals === 0)
      return { count: this.concurrency, nextAtMs: undefined }
    return { count: Math.max(1, this.concurrency - openRefusals), nextAtMs: nowMs + takenAfterMs }
  }

  /** As one of its inner limiters sees it. */
  outerOf(inner: string): OuterLimit {
    return {
      isOfInner: () => this.#innerShares?.isOwn(inner) ?? true,
      isClosed: () => this.#coolDown.isClosed,
    }
  }

  /** Undefined: no limit is known. */
  get perMinute(): number | undefined {
    return this.#rate?.perMinute
  }

  get pausedUntilMs(): number {
    return this.#coolDown.pausedUntilMs
  }

  /** The earliest moment for the next call. */
  opensAtMs(nowMs: number): number {
    const learned = this.#rate?.opensAtMs(nowMs) ?? Number.NEGATIVE_INFINITY
    this.#busyUntilMs = Math.max(this.#busyUntilMs, learned)
    return Math.max(learned, this.#coolDown.opensAtMs(this.#order.takenAfterMs))
  }

  /**
   * @param isResumed it goes on with work that the service has taken already
   * @param isAlone nothing else is under way
   * @param inner the inner limiter: part of the service that may have a limit of its own
   */
  sent(nowMs: number, isResumed: boolean, isAlone: boolean, inner?: string): SentCall {
    if (inner !== undefined) this.#innerShares ??= new InnerShares()
    const call = this.#order.add(nowMs, isResumed, inner)
    if (isResumed) return call
    const idleMs = isAlone
      ? Math.max(0, nowMs - Math.max(this.#busyUntilMs, this.#coolDown.pausedUntilMs))
      : 0
    call.isAbove = this.#rate?.sent(nowMs, this.#coolDown.pausedUntilMs, idleMs) ?? false
    this.#coolDown.sent(nowMs, this.#order.takenAfterMs)
    this.#concurrency?.sent(call)
    return call
  }

  /** Work that the service had taken already has ended, however. */
  resumedEnded(call: SentCall): void {
    this.#order.ended(call)
  }

  spared(call: SentCall, nowMs: number): void {
    this.#order.void(call)
    this.#concurrency?.ended(call, 0, undefined, nowMs)
    this.#rate?.spared(call.atMs)
    this.#coolDown.spared(call.atMs)
  }

  /** The service answers again after an outage. */
  recovered(nowMs: number): void {
    this.#coolDown.recovered(nowMs)
  }

  lose(count: number): void {
    this.#order.lose(count)
    if (count > 0) this.#concurrency?.lost()
  }

  returned(call: SentCall, answered: Answered, nowMs: number): void {
    const { responseClass, level, retryAfterMs, limits } = answered
    const { atMs } = call
    const untilMs = untilOf(answered, nowMs)
    const backAtMs = responseClass === 'refused' ? (untilMs ?? nowMs + RETURN_MS) : nowMs
    this.#busyUntilMs = Math.max(this.#busyUntilMs, backAtMs)
    this.#concurrency?.ended(call, level, IS_TROUBLED[responseClass], nowMs)
    switch (responseClass) {
      case 'accepted':
        this.#order.ended(call)
        this.#rate?.accepted(atMs, nowMs, {
          isAbove: call.isAbove,
          isQuiet: this.#test.isQuiet,
          chance: this.#test.usual,
        })
        this.#coolDown.accepted(atMs)
        this.#concurrency?.accepted(level, atMs, nowMs, this.#test.isQuiet)
        break
      case 'refused':
        this.#refused(call, untilMs, nowMs)
        this.#rate?.refused(atMs, call.isAbove)
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
    if (late) this.#judge(late, nowMs)
  }

  #judgeAll(nowMs: number): void {
    for (;;) {
      const outcome = this.#order.next(nowMs)
      if (outcome === undefined) return
      this.#judge(outcome, nowMs)
    }
  }

  #judge(outcome: CallOutcome, nowMs: number): void {
    this.#innerShares?.add(outcome.inner ?? '', outcome.isRefused)
    if (outcome.isRefused && this.#isOfOther(outcome.inner)) return
    if (outcome.sentAtMs < this.#sinceMs || outcome.isAbove) return
    const shown = this.#rate?.observe(outcome)
    if (shown?.result === 'helped') this.#test.isLimit()
    if (shown?.result === 'in vain') {
      this.#test.isNoise(shown.share)
      this.#sinceMs = nowMs
      return
    }
    const isProbing = (this.#concurrency?.isProbing || this.#rate?.isProbing) ?? false
    const isKnown = this.perMinute !== undefined || (this.#concurrency?.isProbing ?? false)
    const alarm = this.#test.observe(outcome, isKnown, isProbing)
    if (alarm === undefined || (alarm === 'suspected' && this.#rate?.isExperimenting)) return
    this.#react(alarm, nowMs)
  }

  /** Refusals are of an inner limiter, or of the limiter that this one is part of. */
  #isOfOther(inner: string | undefined): boolean {
    return (inner !== undefined && this.#innerShares?.isOwn(inner)) || this.#outer?.isOfInner() === false
  }

  #react(alarm: Alarm, nowMs: number): void {
    if (alarm === 'touched') {
      this.#stepBack(nowMs)
      return
    }
    const level = this.#concurrency && levelSplit(this.#test.recent)
    if (level !== undefined && this.#concurrency?.limitTo(level, this.#test.isSettled, nowMs)) {
      this.#test.forgetAll()
      this.#begin(nowMs)
    } else if (alarm === 'suspected' && this.#concurrency?.isUsedBy(this.#test.recent)) {
      this.#concurrency.stepDown(nowMs)
      this.#test.isNoise(0)
      this.#begin(nowMs)
    } else if (alarm === 'crowded' && this.#concurrency?.isProbing) this.#stepBack(nowMs)
    else if (
      alarm === 'closed' &&
      this.perMinute === undefined &&
      this.#test.usual < NOISY &&
      this.#concurrency?.fallTo(this.#test.runLevel, nowMs)
    ) {
      this.#test.forgetAll()
      this.#begin(nowMs)
    } else if (alarm === 'closed') {
      if (!this.#coolDown.isClosed) this.#coolDown.close(nowMs, this.#test.runUntilMs)
      const shown = this.#rate?.closed(this.#test.runSinceMs, this.pausedUntilMs)
      this.#test.forget()
      if (shown !== undefined) this.#test.isNoise(shown.share)
      this.#begin(this.#coolDown.pausedUntilMs)
    } else {
      const isDone = this.#rate?.crowded(alarm === 'crowded' ? this.#test.usual : 0, nowMs) ?? false
      if (!isDone) this.#test.isNoise(0)
      this.#begin(nowMs)
    }
  }

  #stepBack(nowMs: number): void {
    if (this.#concurrency?.isProbing)
      this.#concurrency.stepBack(levelSplit(this.#test.recent), this.#test.unusualCount, nowMs)
    else if (this.#rate?.isProbing) this.#rate.stepBack(this.#test.unusualCount)
    else return
    this.#begin(nowMs)
  }

  #begin(sinceMs: number): void {
    this.#test.begin()
    this.#innerShares?.begin()
    this.#sinceMs = sinceMs
  }
}
