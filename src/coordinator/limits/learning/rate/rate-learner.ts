import type { CallOutcome } from '../evidence/dispatch-order.js'
import type { QuietTime } from '../evidence/quiet-time.js'
import { type Cycle, CycleMeter, type Tally } from './cycle-meter.js'
import { DispatchLog } from './dispatch-log.js'
import { GrowingPace } from './growing-pace.js'
import { RateExperiments, type Shown } from './rate-experiments.js'
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
  readonly #experiments: RateExperiments<Kept | undefined>
  readonly #cycle = new CycleMeter()
  /** Of this cycle. */
  #longPauses = 0
  #hasClosed = false
  /** Since something was last done about refusals. */
  #stretch: Stretch | undefined

  constructor(quiet: QuietTime) {
    this.#experiments = new RateExperiments(quiet)
  }

  /** Undefined: no limit is known. */
  get perMinute(): number | undefined {
    const kept = this.#kept
    return kept instanceof WindowQuota ? (kept.quota / kept.windowMs) * MINUTE_MS : kept?.perMinute
  }

  /** Less is sent to see whether it helps. */
  get isExperimenting(): boolean {
    return this.#experiments.isOpen
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
    const isAbove = this.#kept?.take(nowMs) ?? false
    this.#log.add(nowMs)
    return isAbove
  }

  /** A call has never reached the service. @param isAbove it was one more than what the service was known to take */
  spared(startedAtMs: number, isAbove: boolean): void {
    if (this.#kept instanceof GrowingPace) this.#kept.giveBack(isAbove)
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
    else if (this.#isBinding && this.#kept instanceof GrowingPace && this.#experiments.isSettled)
      this.#kept.accepted(startedAtMs, isQuiet, nowMs)
    this.#isBinding = false
  }

  /**
   * What became of one more than what the service was known to take.
   * @param isTaken undefined: it says nothing
   */
  tried(isTaken: boolean | undefined, nowMs: number): void {
    if (this.#kept instanceof GrowingPace) this.#kept.tried(isTaken, nowMs)
  }

  /** An outcome in the order of dispatch. @returns what an experiment has shown */
  observe(outcome: CallOutcome): Shown<unknown> | undefined {
    const { sentAtMs } = outcome
    if (this.#stretch?.isBrokenAt(sentAtMs)) this.#stretch = undefined
    this.#stretch ??= new Stretch(sentAtMs)
    this.#stretch.add(outcome)
    return this.#follow(this.#experiments.observe(outcome))
  }

  /** Where less was sent in vain, it is as before. */
  #follow(shown: Shown<Kept | undefined> | undefined): Shown<unknown> | undefined {
    if (shown?.result === 'in vain') {
      this.#kept = shown.before
      if (shown.before instanceof GrowingPace) shown.before.growAgain()
    }
    return shown
  }

  /** The service takes nothing: the first call that it refused was sent at `sinceMs`, the next one may be at `untilMs`. */
  closed(sinceMs: number, untilMs: number): Shown<unknown> | undefined {
    this.#cycle.closed(sinceMs)
    // What a service takes before it closes for the first time may have been saved up.
    if (!this.#hasClosed) this.#stretch = undefined
    this.#hasClosed = true
    const missedCount = ((this.perMinute ?? 0) * (untilMs - sinceMs)) / MINUTE_MS
    return this.#follow(this.#experiments.paused(sinceMs, untilMs, missedCount))
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
    const isSkipped = this.#experiments.isSkipped()
    const isWindow = !isSkipped && this.#longPauses === 1 && isLong && timeMs >= WINDOW_MIN_MS
    const isRepeated = !isSkipped && !isWindow && (this.#longPauses > 1 || isLong)
    if (!isSkipped && !isWindow && !isRepeated && !this.#crowd(pauseMs, chance, nowMs)) return
    this.#longPauses = 0
    this.#hasClosed = false
    this.#cycle.restart(cycle)
    if (isRepeated) this.#cutTo(cycle, timeMs, chance, nowMs)
    if (isWindow) this.#keepWindow(cycle, chance, nowMs)
  }

  #keepWindow(cycle: Cycle, chance: number, nowMs: number): void {
    const { atMs, taken, timeMs, pauseMs } = cycle
    const before = this.#kept
    const rateBefore = this.perMinute ?? Number.POSITIVE_INFINITY
    const same = before instanceof WindowQuota && pauseMs < before.windowMs ? before : undefined
    const quota = same?.usedAt(atMs - 1) ?? taken
    this.#kept = new WindowQuota(quota, same?.windowMs ?? timeMs, this.#log)
    if (this.perMinute! < rateBefore) this.#experiments.begin(before, cycle, chance, timeMs, nowMs)
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
  #cutTo(tally: Readonly<Tally>, timeMs: number, chance: number, nowMs: number): boolean {
    const perMinute = (tally.taken / timeMs) * MINUTE_MS
    if (GrowingPace.below(perMinute) >= (this.perMinute ?? Number.POSITIVE_INFINITY)) return false
    if (this.#kept === undefined && !isWorth(tally)) return false
    this.#experiments.cut(this.#kept, tally, chance, perMinute, nowMs)
    this.#keepPace(perMinute)
    return true
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
