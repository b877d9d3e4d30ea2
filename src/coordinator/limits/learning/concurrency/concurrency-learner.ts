import type { Places } from '../../ramp.js'
import type { CallOutcome, Extra, SentCall } from '../evidence/dispatch-order.js'
import { Experiment } from '../evidence/experiment.js'
import type { LimitEvidence } from '../evidence/refusal-test.js'
import { type Epoch, newEpoch, record } from './epoch.js'
import { ExtraCalls } from './extra-calls.js'
import { GrowthRest } from './growth-rest.js'
import { LatencyFollower } from './latency-follower.js'
import { TroubleWatch } from './trouble-watch.js'

/** Attempts at the start, when latency is watched. */
const INITIAL = 8
const EPOCH_MIN_COUNT = 30
/** When a limit leaks, so much of it is taken off. */
const STEP_DOWN = 0.04
/** A limit below this share of the one before is another limit, and not a better measurement. */
const SAME = 0.8
/** Less than this share of what was sustained is believed only after many calls. */
const HALF = 0.5
/** Calls at work when a lower limit refuses one are still more than it: so many of them are kept. */
const FALLEN = 0.9

/**
 * Finds how many attempts at the same time a service takes. Refusals set the limit to the level that parts them from
 * results, and that is an experiment: when as many are refused as before, levels were not the reason, and the limit is
 * forgotten. Now and then a single call above it is tried ({@link ExtraCalls}). Where trouble grows with load
 * ({@link TroubleWatch}), the limit is what was answered without. With `latency`, it follows latency besides
 * ({@link LatencyFollower}). It grows only while it is used.
 */
export class ConcurrencyLearner {
  readonly #watchesLatency: boolean
  #limit: number
  /** The highest limit at which no more than usual was refused; infinity: no limit is known. */
  #sustained = Number.POSITIVE_INFINITY
  /** So many at once were taken for a whole epoch, with no more refusals than usual. */
  #isProven = false
  /** What was sustained before the service began to refuse at lower and lower levels. */
  #fellFrom: number | undefined
  readonly #rest = new GrowthRest()
  /** Whether the limit helps. */
  #experiment: { readonly test: Experiment; readonly limit: number; readonly sustained: number } | undefined
  readonly #extra = new ExtraCalls()
  readonly #latency = new LatencyFollower()
  #limitBeforeBase: number | undefined
  #epoch = newEpoch(Number.NEGATIVE_INFINITY)
  readonly #trouble = new TroubleWatch()
  /** The limit while a lower one is tried. */
  #limitBeforeTrouble = Number.POSITIVE_INFINITY

  constructor(learning: 'refusals' | 'latency') {
    this.#watchesLatency = learning === 'latency'
    this.#limit = this.#watchesLatency ? INITIAL : Number.POSITIVE_INFINITY
  }

  /** More is tried than what was sustained. */
  get isProbing(): boolean {
    return this.limit > this.#sustained
  }

  get isKnown(): boolean {
    return Number.isFinite(this.#sustained)
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  /** As many as may be under way now: sometimes more than the limit, to see whether they are taken. */
  placesAt(nowMs: number): Places {
    return this.#extra.placesAt(this.limit, nowMs)
  }

  /** @param level attempts in flight with it, itself counted */
  sent(call: SentCall, level: number): void {
    this.#trouble.sent(call)
    call.extra = this.#extra.sent(level, this.#sustained, this.limit, call.atMs)
  }

  /**
   * What became of a call above what is sustained.
   * @param isTaken undefined: it says nothing
   * @param wayMs until a refusal is back
   */
  triedExtra(extra: Extra, isTaken: boolean | undefined, wayMs: number, nowMs: number): void {
    if (!this.#extra.isOn) return
    if (extra === 'first') this.#extra.ended(isTaken)
    const slack = this.#extra.slack(this.#sustained, wayMs)
    if (isTaken === false) {
      if (this.#extra.taken > slack) this.#rest.moved()
      else this.#rest.refusedOne()
      this.#keepTo(this.#sustained, nowMs)
    } else if (isTaken && extra === 'first') {
      this.#limit++
      this.#sustained = Math.max(this.#sustained, this.limit - slack)
    }
  }

  /** An outcome in the order of dispatch. @returns true when it shows that the number of calls is not the reason */
  observe({ sentAtMs, isRefused }: CallOutcome): boolean {
    const shown = this.#experiment?.test.observe(sentAtMs, isRefused)
    if (shown === undefined) return false
    const { limit, sustained } = this.#experiment!
    this.#experiment = undefined
    if (shown === 'helped') return false
    this.#extra.end()
    this.#limit = limit
    this.#sustained = sustained
    return true
  }

  /** Attempts that will never come back. */
  lost(): void {
    this.#trouble.lost()
  }

  /**
   * An attempt has come back.
   * @param level attempts in flight when it was sent, itself counted
   * @param isTroubled the service was busy, broken or too slow; undefined: this one says nothing of its load
   */
  ended(call: SentCall, level: number, isTroubled: boolean | undefined, nowMs: number): void {
    const step = this.#trouble.ended(call, level, isTroubled)
    if (step === undefined) return
    this.#epoch = newEpoch(nowMs)
    if (step.type === 'cut') {
      this.#limitBeforeTrouble = this.#limitBeforeBase ?? this.#limit
      this.#limitBeforeBase = undefined
      this.#limit = Math.min(this.#limit, step.limit)
    } else if (step.type === 'keep') this.#latency.slowDown()
    else this.#limit = this.#limitBeforeTrouble
  }

  /**
   * @param level attempts in flight when it was sent, itself counted
   * @param isQuiet no more than usual is refused
   */
  accepted(level: number, startedAtMs: number, nowMs: number, isQuiet: boolean): void {
    this.#rest.accepted()
    if (startedAtMs < this.#epoch.startedAtMs || this.#trouble.isExperimenting) return
    const latencyMs = nowMs - startedAtMs
    this.#extra.accepted(latencyMs)
    record(this.#epoch, latencyMs)
    if (!isQuiet) return
    if (!this.#watchesLatency && this.isKnown && this.#rest.isOver && level >= this.limit) this.#extra.begin()
    this.#count(level, nowMs)
  }

  /**
   * So many at once are what the service takes, as refusals have shown.
   * @returns false when no more than that was sent anyway, or when it is not believed
   */
  limitTo(level: number, evidence: LimitEvidence, nowMs: number): boolean {
    if (level >= this.limit) return false
    const isNew = !this.isKnown || level < SAME * this.#sustained
    if (this.isKnown && !evidence.isSettled && level < HALF * this.#sustained) return false
    this.#rest.found(level, isNew)
    if (isNew) this.#isProven = false
    this.#try(evidence, nowMs)
    this.#keepTo(level, nowMs)
    this.#trouble.reset()
    return true
  }

  /**
   * The service refuses whatever is sent, while it works on so many: it takes fewer at once than before, or nothing.
   * Fewer calls are sent, without a pause for those at work.
   * @returns false when it is closed: it refuses even half of what was sustained
   */
  fallTo(level: number, evidence: LimitEvidence, nowMs: number): boolean {
    const from = this.#fellFrom ?? this.#sustained
    if (!this.#isProven || level < Math.max(1, HALF * from)) {
      if (this.#fellFrom !== undefined) this.#keepTo(from, nowMs)
      this.#fellFrom = undefined
      return false
    }
    this.#rest.moved()
    this.#try(evidence, nowMs)
    this.#keepTo(Math.max(1, Math.floor(FALLEN * Math.min(level, this.limit))), nowMs)
    this.#fellFrom = from
    return true
  }

  /**
   * More than what was sustained was too much: `level` parts refusals from results; undefined: none does.
   * @param refusedCount what it has cost to know it: as a rule, as many as were sent above it
   */
  stepBack(level: number | undefined, refusedCount: number, nowMs: number): void {
    this.#rest.failed(this.#sustained, Math.max(refusedCount, this.limit - this.#sustained))
    this.#keepTo(Math.max(this.#sustained, Math.min(level ?? 0, this.limit - 1)), nowMs)
  }

  /** A limit is known, and calls have come up to it. */
  isUsedBy(outcomes: readonly CallOutcome[]): boolean {
    const near = outcomes.filter(({ level }) => level >= 0.9 * this.limit).length
    return this.isKnown && near >= outcomes.length / 2
  }

  /** Some more than usual are refused, though the limit is kept to. */
  stepDown(nowMs: number): void {
    this.#keepTo(Math.max(1, Math.floor(this.#sustained - Math.max(1, STEP_DOWN * this.#sustained))), nowMs)
  }

  /** A lower limit is an experiment, unless latency moves it as well. */
  #try({ share, quietMs }: LimitEvidence, nowMs: number): void {
    if (this.#watchesLatency) return
    const { limit, sustained } = this.#experiment ?? { limit: this.#limit, sustained: this.#sustained }
    this.#experiment = { test: new Experiment(share, 0, nowMs, quietMs), limit, sustained }
  }

  #keepTo(level: number, nowMs: number): void {
    this.#extra.end()
    this.#limit = level
    this.#sustained = level
    this.#latency.slowDown()
    this.#rest.begin()
    this.#epoch = newEpoch(nowMs)
  }

  #count(level: number, nowMs: number): void {
    const epoch = this.#epoch
    if (level >= this.limit) epoch.isUsed = true
    const least = this.#latency.isDoubling || !this.#watchesLatency ? INITIAL : EPOCH_MIN_COUNT
    const size = Number.isFinite(this.#limit) ? Math.max(least, this.limit) : EPOCH_MIN_COUNT
    if (epoch.accepted < size) return
    this.#epoch = newEpoch(nowMs)
    this.#fellFrom = undefined
    if (epoch.isUsed) this.#isProven = true
    this.#adjust(epoch)
  }

  #adjust(epoch: Epoch): void {
    const before = this.#limitBeforeBase
    if (before !== undefined) {
      this.#latency.rebase(epoch)
      this.#limitBeforeBase = undefined
      this.#limit = before
      return
    }
    if (epoch.isUsed && this.isProbing && !this.#extra.isOn) {
      this.#sustained = this.limit
      this.#latency.speedUp()
    }
    if (this.#watchesLatency) {
      const { limit, after } = this.#latency.follow(epoch, this.#limit)
      this.#limit = limit
      this.#limitBeforeBase = after
    } else if (epoch.isUsed && !this.isKnown) this.#limit = this.#latency.grow(this.#limit)
    if (!this.#rest.isOver) this.#limit = Math.min(this.#limit, this.#sustained)
  }
}
