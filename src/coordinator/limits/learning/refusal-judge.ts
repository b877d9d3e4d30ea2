import type { CoolDown } from '../cool-down.js'
import { ConcurrencyLearner } from './concurrency/concurrency-learner.js'
import type { CallOutcome } from './evidence/dispatch-order.js'
import { InnerShares } from './evidence/inner-shares.js'
import { levelSplit } from './evidence/level-split.js'
import { QuietTime } from './evidence/quiet-time.js'
import { type Alarm, RefusalTest } from './evidence/refusal-test.js'
import type { OuterLimit } from './outer-limit.js'
import { RateLearner } from './rate/rate-learner.js'

/** Where such a share is refused by chance, a run of refusals says nothing about the number of calls. */
const NOISY = 0.1

/** What is learned: what is configured is not. */
export interface Learnable {
  readonly concurrency?: 'refusals' | 'latency'
  readonly rate: boolean
}

/** Judges outcomes in the order of dispatch, tested against chance, and does what they call for. */
export class RefusalJudge {
  readonly concurrency: ConcurrencyLearner | undefined
  readonly rate: RateLearner | undefined
  readonly #coolDown: CoolDown
  readonly #test = new RefusalTest()
  readonly #quiet = new QuietTime()
  /** Undefined: it has no inner limiters. */
  #innerShares: InnerShares | undefined
  /** The limiter that it is part of; undefined: it is part of none. */
  readonly #outer: OuterLimit | undefined
  /** What was sent before says nothing about what holds now. */
  #sinceMs = Number.NEGATIVE_INFINITY

  constructor({ concurrency, rate }: Learnable, coolDown: CoolDown, outer: OuterLimit | undefined) {
    if (concurrency !== undefined) this.concurrency = new ConcurrencyLearner(concurrency)
    if (rate) this.rate = new RateLearner(this.#quiet)
    this.#coolDown = coolDown
    this.#outer = outer
  }

  /** Nothing speaks for more refusals than usual. */
  get isQuiet(): boolean {
    return this.#test.isQuiet
  }

  /** Share that is refused by chance, as far as is known. */
  get chance(): number {
    return this.#test.usual
  }

  /** Calls of an inner limiter are sent. */
  hasInner(): void {
    this.#innerShares ??= new InnerShares()
  }

  /** Refusals of this inner limiter are its own, and not those of all. */
  isOfInner(inner: string): boolean {
    return this.#innerShares?.isOwn(inner) ?? true
  }

  /** @param takenAfterMs time after which a refusal would have come */
  judge(outcome: CallOutcome, takenAfterMs: number, nowMs: number): void {
    const { inner, isRefused, isAbove, extra } = outcome
    this.#coolDown.judged(outcome, nowMs)
    this.#innerShares?.add(inner ?? '', isRefused)
    const isOfOther = isRefused && this.#isOfOther(inner)
    const isTaken = isOfOther ? undefined : !isRefused
    if (extra !== undefined) this.concurrency?.triedExtra(extra, isTaken, takenAfterMs / 2, nowMs)
    if (isAbove) this.rate?.tried(isTaken, nowMs)
    if (isOfOther || isAbove || extra !== undefined || outcome.sentAtMs < this.#sinceMs) return
    this.#quiet.observe(outcome)
    if (this.concurrency?.observe(outcome)) this.#crowded(this.#test.usual, nowMs)
    else if (!this.#follow(outcome, nowMs)) this.#watch(outcome, nowMs)
  }

  /** @returns true when an experiment has ended in vain */
  #follow(outcome: CallOutcome, nowMs: number): boolean {
    const shown = this.rate?.observe(outcome)
    if (shown?.result === 'helped') {
      this.#test.isLimit()
      this.#coolDown.closesAnyway = false
    }
    if (shown?.result !== 'in vain') return false
    this.#test.isNoise(shown.share)
    this.#sinceMs = nowMs
    return true
  }

  #watch(outcome: CallOutcome, nowMs: number): void {
    const isProbing = (this.concurrency?.isProbing || this.rate?.isProbing) ?? false
    const isKnown = this.rate?.perMinute !== undefined || (this.concurrency?.isProbing ?? false)
    const alarm = this.#test.observe(outcome, isKnown, isProbing)
    if (alarm === undefined || (alarm === 'suspected' && this.rate?.isExperimenting)) return
    this.#react(alarm, nowMs)
  }

  /** Refusals are of an inner limiter, or of the limiter that this one is part of. */
  #isOfOther(inner: string | undefined): boolean {
    return (inner !== undefined && this.#innerShares?.isOwn(inner)) || this.#outer?.isOfInner() === false
  }

  #react(alarm: Alarm, nowMs: number): void {
    if (alarm === 'touched') this.#stepBack(nowMs)
    else if (this.#limitCalls(alarm, nowMs)) {
      this.#test.forgetAll()
      this.#quiet.restart(nowMs)
      this.#begin(nowMs)
    } else if (alarm === 'suspected' && this.concurrency?.isUsedBy(this.#test.recent)) {
      this.concurrency.stepDown(nowMs)
      this.#test.isNoise(0)
      this.#begin(nowMs)
    } else if (alarm === 'crowded' && this.concurrency?.isProbing) this.#stepBack(nowMs)
    else if (alarm === 'closed') this.#close(nowMs)
    else this.#crowded(alarm === 'crowded' ? this.#test.usual : 0, nowMs)
  }

  /** @returns true when the number of calls at once is the reason, and fewer are sent */
  #limitCalls(alarm: Alarm, nowMs: number): boolean {
    if (this.concurrency === undefined) return false
    const level = levelSplit(this.#test.recent)
    const evidence = this.#test.evidence(this.#quiet.longestMs)
    if (level !== undefined && this.concurrency.limitTo(level, evidence, nowMs)) return true
    if (alarm !== 'closed' || this.rate?.perMinute !== undefined || this.#test.usual >= NOISY) return false
    return this.concurrency.fallTo(this.#test.runLevel, evidence, nowMs)
  }

  #close(nowMs: number): void {
    if (!this.#coolDown.isClosed) this.#coolDown.close(nowMs, this.#test.runUntilMs)
    if (this.rate?.isProbing) this.rate.stepBack(this.#test.unusualCount)
    const shown = this.rate?.closed(this.#test.runSinceMs, this.#coolDown.pausedUntilMs)
    this.#test.forget()
    if (shown !== undefined) {
      this.#test.isNoise(shown.share)
      this.#coolDown.closesAnyway = true
    }
    this.#begin(this.#coolDown.pausedUntilMs)
  }

  /** A part is refused, and not for the number of calls at once. */
  #crowded(chance: number, nowMs: number): void {
    if (!this.rate?.crowded(chance, nowMs)) this.#test.isNoise(0)
    this.#begin(nowMs)
  }

  #stepBack(nowMs: number): void {
    if (this.concurrency?.isProbing)
      this.concurrency.stepBack(levelSplit(this.#test.recent), this.#test.unusualCount, nowMs)
    else if (this.rate?.isProbing) this.rate.stepBack(this.#test.unusualCount)
    else return
    this.#begin(nowMs)
  }

  #begin(sinceMs: number): void {
    this.#test.begin()
    this.#innerShares?.begin()
    this.#sinceMs = sinceMs
  }
}
