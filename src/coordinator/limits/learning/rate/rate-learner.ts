import type { CallOutcome } from '../evidence/dispatch-order.js'
import { Experiment } from '../evidence/experiment.js'
import { type Cycle, CycleMeter, type Tally } from './cycle-meter.js'
import { Descent } from './descent.js'
import { DispatchLog } from './dispatch-log.js'
import { GrowingPace } from './growing-pace.js'
import { Stretch } from './stretch.js'
import { WindowQuota } from './window-quota.js'

const MINUTE_MS = 60_000
/** Fewer accepted requests say little about a rate. */
const SAMPLE_COUNT = 10
/** A pause of this share of its cycle is part of how the service counts. */
const LONG_PAUSE = 0.2
const LONG_PAUSE_MS = 1_500
/** Shorter windows are as good as a pace. */
const WINDOW_MIN_MS = 5_000
/** Two measurements that differ by less than this share confirm each other. */
const AGREEMENT = 0.1
/** Share of the requests that may be refused: less costs less than a pace. */
const WORTH = 0.02
/** A shorter time says nothing about a rate; nor does less than this share of a window, where there are windows. */
const STRETCH_MIN_MS = 1_000
const STRETCH_SHARE = 0.5
/** A time that consists of a pause measures the pause. */
const STRETCH_PER_PAUSE = 2

/** What is kept to. */
type Kept = GrowingPace | WindowQuota

/** What an experiment has shown. */
interface Shown {
  readonly result: 'helped' | 'in vain'
  /** That was refused before. */
  readonly share: number
}

interface Circumstances {
  /** It was one more than what the service was known to take. */
  readonly isAbove: boolean
  /** No more than usual is refused. */
  readonly isQuiet: boolean
  /** Share that is refused by chance, as far as is known. */
  readonly chance: number
}

/**
 * Learns how many requests a minute a service takes, when it has been seen to refuse for that reason. Where a
 * service closes for long, one measurement is a whole cycle: from the first request after a pause to the first one
 * after the next pause, as it counts by windows. Otherwise it is what was taken while it refused a part. What is
 * kept to is what was taken, never less, and it is an experiment: when as many are refused as before, chance was
 * the reason, and the rate is forgotten. Otherwise it grows again, the faster the longer nothing is refused.
 */
export class RateLearner {
  #kept: Kept | undefined
  readonly #log = new DispatchLog()
  #isBinding = false
  #measured: number | undefined
  #experiment: { readonly test: Experiment; readonly before: Kept | undefined } | undefined
  #descent: Descent<Kept | undefined> | undefined
  readonly #cycle = new CycleMeter()
  /** Of this cycle. */
  #longPauses = 0
  #hasClosed = false
  /** Since something was last done about refusals. */
  #stretch: Stretch | undefined

  /** Undefined: no limit is known. */
  get perMinute(): number | undefined {
    const kept = this.#kept
    return kept instanceof WindowQuota ? (kept.quota / kept.windowMs) * MINUTE_MS : kept?.perMinute
  }

  /** Less is sent to see whether it helps. */
  get isExperimenting(): boolean {
    return this.#experiment !== undefined
  }

  /** More is tried than what was sustained. */
  get isProbing(): boolean {
    return this.#kept instanceof GrowingPace && this.#kept.isProbing
  }

  /** The earliest moment for the next call. */
  opensAtMs(nowMs: number): number {
    const kept = this.#kept
    if (kept === undefined) return Number.NEGATIVE_INFINITY
    const opensAtMs = kept instanceof GrowingPace ? kept.opensAtMs : kept.opensAtMs(nowMs)
    if (opensAtMs > nowMs) this.#isBinding = true
    return opensAtMs
  }

  /**
   * @param pausedUntilMs end of the last pause
   * @param idleMs how long nothing was under way, nor waiting
   * @returns true when it is one more than what the service is known to take
   */
  sent(nowMs: number, pausedUntilMs: number, idleMs: number): boolean {
    this.#cycle.sent(nowMs, pausedUntilMs, idleMs)
    const kept = this.#kept
    if (kept instanceof GrowingPace) kept.take(nowMs)
    const isAbove = kept instanceof WindowQuota && kept.take(nowMs)
    this.#log.add(nowMs)
    return isAbove
  }

  /** A call has never reached the service. */
  spared(startedAtMs: number): void {
    if (this.#kept instanceof GrowingPace) this.#kept.giveBack()
    this.#log.remove(startedAtMs)
    this.#cycle.spared(startedAtMs)
  }

  refused(startedAtMs: number, isAbove: boolean): void {
    this.#log.remove(startedAtMs)
    if (isAbove && this.#kept instanceof WindowQuota) this.#kept.tried(false)
    this.#cycle.refused(startedAtMs)
  }

  accepted(startedAtMs: number, nowMs: number, { isAbove, isQuiet, chance }: Circumstances): void {
    if (isAbove && this.#kept instanceof WindowQuota) this.#kept.tried(true)
    const cycle = this.#cycle.taken(startedAtMs)
    if (cycle !== undefined) this.#measure(cycle, chance, nowMs)
    else if (this.#isBinding && this.#kept instanceof GrowingPace && this.#experiment === undefined)
      this.#kept.accepted(startedAtMs, isQuiet, nowMs)
    this.#isBinding = false
  }

  /** An outcome in the order of dispatch. @returns what an experiment has shown */
  observe(outcome: CallOutcome): Shown | undefined {
    const { sentAtMs, isRefused } = outcome
    if (this.#stretch?.isBrokenAt(sentAtMs)) this.#stretch = undefined
    this.#stretch ??= new Stretch(sentAtMs)
    this.#stretch.add(outcome)
    const descent = this.#descent
    const whole = descent?.observe(sentAtMs, isRefused)
    if (whole !== undefined) this.#descent = undefined
    if (whole === 'in vain') return this.#failed(descent!.before, descent!.share)
    return this.#shown(this.#experiment?.test.observe(sentAtMs, isRefused))
  }

  #shown(result: Shown['result'] | undefined): Shown | undefined {
    if (result === undefined) return undefined
    const { test, before } = this.#experiment!
    if (result === 'in vain') return this.#failed(before, test.share)
    this.#experiment = undefined
    return { result, share: test.share }
  }

  /** Less was sent in vain: it is as before. */
  #failed(before: Kept | undefined, share: number): Shown {
    this.#experiment = undefined
    this.#descent = undefined
    this.#kept = before
    if (before instanceof GrowingPace) before.growAgain()
    return { result: 'in vain', share }
  }

  /** The service takes nothing: the first call that it refused was sent at `sinceMs`, the next one may be at `untilMs`. */
  closed(sinceMs: number, untilMs: number): Shown | undefined {
    this.#cycle.closed(sinceMs)
    // What a service takes before it closes for the first time may have been saved up.
    if (!this.#hasClosed) this.#stretch = undefined
    this.#hasClosed = true
    const missedCount = ((this.perMinute ?? 0) * (untilMs - sinceMs)) / MINUTE_MS
    return this.#shown(this.#experiment?.test.paused(sinceMs, untilMs, missedCount))
  }

  /** The service refuses a part of what is sent. @returns true when something was done about it */
  crowded(chance: number, nowMs: number): boolean {
    return this.#crowd(0, chance, nowMs)
  }

  /** More than what was sustained was too much. */
  stepBack(refusedCount: number): void {
    this.#stretch = undefined
    if (this.#kept instanceof GrowingPace) this.#kept.stepBack(refusedCount)
  }

  #measure(cycle: Cycle, chance: number, nowMs: number): void {
    const { taken, timeMs, pauseMs } = cycle
    const isLong = pauseMs >= Math.max(LONG_PAUSE_MS, LONG_PAUSE * timeMs)
    if (isLong) {
      this.#longPauses++
      this.#stretch = undefined
    }
    if (taken < SAMPLE_COUNT) return
    const isWindow = this.#longPauses === 1 && isLong && timeMs >= WINDOW_MIN_MS
    const isRepeated = this.#longPauses > 1 || (isLong && !isWindow)
    if (!isWindow && !isRepeated && !this.#crowd(pauseMs, chance, nowMs)) return
    this.#longPauses = 0
    this.#hasClosed = false
    this.#cycle.restart(cycle)
    if (isRepeated) this.#cutTo(cycle, timeMs, chance, nowMs)
    if (isWindow) this.#keepWindow(cycle, chance, nowMs)
  }

  #keepWindow({ atMs, taken, refused, timeMs, pauseMs }: Cycle, chance: number, nowMs: number): void {
    const before = this.#before
    const rateBefore = this.perMinute ?? Number.POSITIVE_INFINITY
    const same = this.#kept instanceof WindowQuota && pauseMs < this.#kept.windowMs ? this.#kept : undefined
    const quota = same?.usedAt(atMs - 1) ?? taken
    this.#kept = new WindowQuota(quota, same?.windowMs ?? timeMs, this.#log)
    if (this.perMinute! < rateBefore)
      this.#experiment = { test: new Experiment(refused / (taken + refused), chance, nowMs), before }
  }

  #crowd(pauseMs: number, chance: number, nowMs: number): boolean {
    const stretch = this.#stretch
    if (stretch === undefined) return false
    const { whole, end } = stretch
    const windowMs = this.#kept instanceof WindowQuota ? this.#kept.windowMs : 0
    const minimumMs = Math.max(STRETCH_MIN_MS, STRETCH_PER_PAUSE * pauseMs, STRETCH_SHARE * windowMs)
    if (whole.taken < SAMPLE_COUNT || whole.timeMs < minimumMs) return false
    this.#stretch = undefined
    if (this.#kept === undefined && !isWorth(whole)) return false
    const isEnough = end.taken >= SAMPLE_COUNT && end.timeMs >= minimumMs
    const taking = isEnough ? end : whole
    return this.#cutTo(taking, taking.timeMs, chance, nowMs)
  }

  /** Sends no more than what was taken, and watches whether that helps. @returns false when no more was sent anyway */
  #cutTo({ taken, refused }: Readonly<Tally>, timeMs: number, chance: number, nowMs: number): boolean {
    const perMinute = (taken / timeMs) * MINUTE_MS
    if (GrowingPace.below(perMinute) >= (this.perMinute ?? Number.POSITIVE_INFINITY)) return false
    if (this.#kept === undefined && !isWorth({ taken, refused })) return false
    const before = this.#before
    this.#descent ??= new Descent(before, perMinute, refused, taken + refused)
    this.#descent.cutTo(perMinute, nowMs)
    this.#keepPace(perMinute)
    this.#experiment = { test: new Experiment(refused / (taken + refused), chance, nowMs), before }
    return true
  }

  /** What is kept to if the experiment that is open fails, or the next one. */
  get #before(): Kept | undefined {
    return this.#experiment === undefined ? this.#kept : this.#experiment.before
  }

  #keepPace(perMinute: number): void {
    const isConfirmed =
      this.#measured !== undefined && Math.abs(perMinute - this.#measured) < AGREEMENT * this.#measured
    this.#measured = perMinute
    const pace = new GrowingPace(perMinute)
    if (isConfirmed) pace.restAfter(this.#kept instanceof GrowingPace ? this.#kept : undefined)
    this.#kept = pace
  }
}

const isWorth = ({ taken, refused }: Readonly<Tally>): boolean => refused >= WORTH * (taken + refused)
