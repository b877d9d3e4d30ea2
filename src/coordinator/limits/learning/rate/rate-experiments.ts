import type { CallOutcome } from '../evidence/dispatch-order.js'
import { Experiment } from '../evidence/experiment.js'
import type { QuietTime } from '../evidence/quiet-time.js'
import type { Tally } from './cycle-meter.js'
import { Descent } from './descent.js'

/** A service that closes whatever is sent is looked at again after twice as many cycles each time. */
const DOUBLINGS = 7

/** What sending less has shown. */
export interface Shown<Kept> {
  readonly result: 'helped' | 'in vain'
  /** That was refused before. */
  readonly share: number
  /** What was kept to before. */
  readonly before: Kept
}

/** Whatever is kept to is an experiment: does it help to send no more than that? */
export class RateExperiments<Kept> {
  readonly #quiet: QuietTime
  #open: { readonly test: Experiment; readonly before: Kept } | undefined
  #descent: Descent<Kept> | undefined
  /** One after the other, because the service closed again. */
  #closingsInVain = 0
  #cyclesToSkip = 0

  constructor(quiet: QuietTime) {
    this.#quiet = quiet
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** None is open, or it has as good as helped. */
  get isSettled(): boolean {
    return this.#open?.test.isLikely ?? true
  }

  /** Less is sent. @param kept what was kept to until now */
  begin(
    kept: Kept,
    { taken, refused }: Readonly<Tally>,
    chance: number,
    quietMs: number,
    nowMs: number,
  ): void {
    const test = new Experiment(refused / (taken + refused), chance, nowMs, quietMs)
    this.#open = { test, before: this.#open === undefined ? kept : this.#open.before }
  }

  /** The same, where it may be one cut of several. @param perMinute the rate that is kept to from now on */
  cut(kept: Kept, tally: Readonly<Tally>, chance: number, perMinute: number, nowMs: number): void {
    const { taken, refused } = tally
    const before = this.#open === undefined ? kept : this.#open.before
    this.#descent ??= new Descent(before, perMinute, refused, taken + refused)
    this.#descent.cutTo(perMinute, nowMs)
    this.begin(kept, tally, chance, this.#quiet.longestMs, nowMs)
    this.#quiet.restart(nowMs)
  }

  observe({ sentAtMs, isRefused }: CallOutcome): Shown<Kept> | undefined {
    const descent = this.#descent
    const whole = descent?.observe(sentAtMs, isRefused)
    if (whole !== undefined) this.#descent = undefined
    if (whole === 'in vain') return this.#failed(descent!.before, descent!.share)
    return this.#shown(this.#open?.test.observe(sentAtMs, isRefused))
  }

  /** The service takes nothing for a time in which so many would have been sent. */
  paused(sinceMs: number, untilMs: number, missedCount: number): Shown<Kept> | undefined {
    const shown = this.#shown(this.#open?.test.paused(sinceMs, untilMs, missedCount))
    if (shown?.result === 'in vain') this.#cyclesToSkip = 2 ** Math.min(DOUBLINGS, ++this.#closingsInVain) - 1
    return shown
  }

  /** A cycle of a service that closes is over. @returns true when nothing follows from it: that was tried in vain */
  isSkipped(): boolean {
    if (this.#cyclesToSkip === 0) return false
    this.#cyclesToSkip--
    return true
  }

  #shown(result: Shown<Kept>['result'] | undefined): Shown<Kept> | undefined {
    if (result === undefined) return undefined
    const { test, before } = this.#open!
    if (result === 'in vain') return this.#failed(before, test.share)
    this.#open = undefined
    this.#closingsInVain = 0
    return { result, share: test.share, before }
  }

  #failed(before: Kept, share: number): Shown<Kept> {
    this.#open = undefined
    this.#descent = undefined
    return { result: 'in vain', share, before }
  }
}
