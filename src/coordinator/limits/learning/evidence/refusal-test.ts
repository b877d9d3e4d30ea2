import type { CallOutcome } from './dispatch-order.js'
import { ShareTest } from './share-test.js'

/** Share of refusals that costs less than whatever could be done about it. */
const NOISE = 0.05
/** A run of refusals that chance makes less often than this is none. */
const RUN_CHANCE = 1e-5
/** The same, where a limit is known that may have been reached. */
const RUN_CHANCE_KNOWN = 2e-4
/** The same, within so many outcomes after a run. */
const RUN_CHANCE_SOON = 5e-3
const SOON_COUNT = 10
/** Likelihood ratio, as logarithm, that a share has risen. */
const SURE = 8
const SURE_PROBING = 3.5
const SURE_LEAK = 5
/** A limit that is exceeded without measure refuses so many more, one that is touched so many. */
const CROWDED = 0.25
const TOUCHED = 0.08
/** One that is kept to, but too high, refuses so many more. */
const LEAK = 0.1
const LEAK_USUAL_MIN = 0.02
const USUAL_MIN = 0.01
/** Weight of the newest outcome in the usual share. */
const RECENT = 0.01
/** Outcomes that are looked at for the reason. */
const RECENT_COUNT = 64
const KEPT_COUNT = 8
/** A usual share above this is worth an experiment; after one in vain, only after twice as many outcomes. */
const WORTH = 0.03
const EXPERIMENT_AFTER = 200
const EXPERIMENT_DOUBLINGS = 7

/**
 * `closed`: nothing is taken now. `crowded`: many more are refused than usual. `touched`: more than usual, while
 * more was tried. `suspected`: no more than usual, but so many that sending less is worth an experiment.
 */
export type Alarm = 'closed' | 'crowded' | 'touched' | 'suspected'

/** What speaks for a number of calls at once. */
export interface LimitEvidence {
  /** Share that was refused of the last outcomes. */
  readonly share: number
  /** Milliseconds for which nothing was refused before. */
  readonly quietMs: number
  /** Much was seen since the last pause: right after one, a window that is used up looks like a small limit. */
  readonly isSettled: boolean
}

/** Refusals in a row. */
interface Run {
  readonly count: number
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
  /** The fewest calls at work with one of them, itself counted. */
  readonly level: number
}

const NO_RUN: Run = { count: 0, sinceMs: undefined, untilMs: undefined, level: Number.POSITIVE_INFINITY }

/** Tells refusals that mean a limit from those that mean nothing, by how likely chance makes them. */
export class RefusalTest {
  readonly #crowded = new ShareTest(SURE)
  readonly #touched = new ShareTest(SURE_PROBING)
  readonly #leak = new ShareTest(SURE_LEAK)
  /** Outside of what was taken for a limit. */
  #usual = 0
  /** What the usual share does not contain yet. */
  #pending = { count: 0, refused: 0 }
  #run: Run = NO_RUN
  #recent: CallOutcome[] = []
  #sinceExperiment = 0
  #experimentsInVain = 0
  #sinceClosed = Number.POSITIVE_INFINITY

  /** The last outcomes. */
  get recent(): readonly CallOutcome[] {
    return this.#recent
  }

  /** @param quietMs for which nothing was refused before */
  evidence(quietMs: number): LimitEvidence {
    const count = this.#recent.length
    const refused = this.#recent.filter(({ isRefused }) => isRefused).length
    return { share: refused / count, quietMs, isSettled: count >= RECENT_COUNT }
  }

  /** The earliest moment that one of the last refusals in a row named; undefined: none did. */
  get runUntilMs(): number | undefined {
    const { untilMs } = this.#run
    return untilMs === Number.POSITIVE_INFINITY ? undefined : untilMs
  }

  /** When the first of the last refusals in a row was sent. */
  get runSinceMs(): number {
    return this.#run.sinceMs!
  }

  /** Calls that the service was working on when it refused one of the last in a row. */
  get runLevel(): number {
    return this.#run.level - 1
  }

  /** Share that is refused by chance, as far as is known. */
  get usual(): number {
    return this.#usual
  }

  /** Nothing speaks for more refusals than usual. */
  get isQuiet(): boolean {
    return this.#touched.isQuiet
  }

  /** Refusals since the last moment at which nothing was unusual. */
  get unusualCount(): number {
    return this.#pending.refused
  }

  /**
   * @param isKnown a limit has been learned
   * @param isProbing more than that is being tried
   */
  observe(outcome: CallOutcome, isKnown: boolean, isProbing: boolean): Alarm | undefined {
    const { isRefused, untilMs, sentAtMs, level } = outcome
    this.#recent.push(outcome)
    if (this.#recent.length >= 2 * RECENT_COUNT) this.#recent = this.#recent.slice(-RECENT_COUNT)
    this.#pending.count++
    this.#sinceExperiment++
    this.#sinceClosed++
    if (isRefused) {
      this.#pending.refused++
      const { count, sinceMs, untilMs: earliestMs, level: lowest } = this.#run
      this.#run = {
        count: count + 1,
        sinceMs: sinceMs ?? sentAtMs,
        untilMs: Math.min(earliestMs ?? Number.POSITIVE_INFINITY, untilMs ?? Number.POSITIVE_INFINITY),
        level: Math.min(lowest, level),
      }
    } else this.#run = NO_RUN
    const usual = Math.min(0.9, Math.max(NOISE, this.#usual))
    const isCrowded = this.#crowded.observe(isRefused, usual, usual + CROWDED * (1 - usual))
    if (this.#run.count >= this.#runLimit(isKnown, usual)) {
      this.#sinceClosed = 0
      return 'closed'
    }
    if (isCrowded) return 'crowded'
    const atRest = Math.min(0.9, Math.max(USUAL_MIN, this.#usual))
    if (!isProbing) this.#touched.reset()
    else if (this.#touched.observe(isRefused, atRest, atRest + TOUCHED * (1 - atRest))) {
      this.#touched.reset()
      return 'touched'
    }
    if (this.#isLeaking(isRefused, isKnown && !isProbing)) return 'suspected'
    if (this.#crowded.isQuiet && !isProbing) this.#learnUsual()
    return this.#isWorthAnExperiment ? 'suspected' : undefined
  }

  /** After a pause, what was before it says less about what fits. */
  forget(): void {
    this.#recent = this.#recent.slice(-KEPT_COUNT)
  }

  /** A limit was found: what was seen before it says nothing about another one. */
  forgetAll(): void {
    this.#recent = []
  }

  /** Something was done about the refusals: what comes is judged afresh. */
  begin(): void {
    this.#crowded.reset()
    this.#touched.reset()
    this.#leak.reset()
    this.#pending = { count: 0, refused: 0 }
    this.#run = NO_RUN
    this.#sinceExperiment = 0
  }

  /** Sending less has changed nothing: so many are refused whatever is sent. */
  isNoise(share: number): void {
    this.#usual = Math.max(this.#usual, share)
    this.#experimentsInVain = Math.min(EXPERIMENT_DOUBLINGS, this.#experimentsInVain + 1)
    this.begin()
  }

  /** Sending less has helped. */
  isLimit(): void {
    this.#usual = Math.min(this.#usual, USUAL_MIN)
    this.#experimentsInVain = 0
  }

  /** A limit is known and kept to, and yet more than usual are refused: it is too high, or has fallen. */
  #isLeaking(isRefused: boolean, isKept: boolean): boolean {
    if (!isKept) {
      this.#leak.reset()
      return false
    }
    const usual = Math.min(0.9, Math.max(LEAK_USUAL_MIN, this.#usual))
    const isSure = this.#leak.observe(isRefused, usual, usual + LEAK * (1 - usual))
    if (isSure) this.#leak.reset()
    return isSure
  }

  #runLimit(isKnown: boolean, usual: number): number {
    const chance = this.#sinceClosed < SOON_COUNT ? RUN_CHANCE_SOON : isKnown ? RUN_CHANCE_KNOWN : RUN_CHANCE
    return Math.log(chance) / Math.log(usual)
  }

  get #isWorthAnExperiment(): boolean {
    return this.#usual > WORTH && this.#sinceExperiment >= EXPERIMENT_AFTER * 2 ** this.#experimentsInVain
  }

  #learnUsual(): void {
    const { count, refused } = this.#pending
    this.#pending = { count: 0, refused: 0 }
    this.#usual += (1 - (1 - RECENT) ** count) * (refused / count - this.#usual)
  }
}
