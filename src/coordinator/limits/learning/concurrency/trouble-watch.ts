import { likelihoodRatio, ShareTest } from '../evidence/share-test.js'

/** Share of troubled answers that costs less than whatever could be done about it. */
const NOISE = 0.1
/** The other share that is tested against: so many times the usual one, or half of what remains. */
const RISEN = 2
/** Likelihood ratios, as logarithms: that it is worth a look, that it has risen, that less load helps. */
const SUSPECT = 8
const SURE_OF_RISE = 3
const SURE_OF_HELP = 3
/** A limit that is kept to leaves at most this part of the trouble. */
const FALL = 0.25
const FALL_MIN = 0.02
const COHORT_COUNT = 50
/** So many of a cohort say enough: some calls hang until their time is over. */
const COHORT_ENOUGH = 0.9
/** Where so many say nothing (refused, or in an outage), the rest says nothing either. */
const COHORT_SILENT = 0.2
/** Where load is known to be the reason, so much of it is kept (AIMD). */
const KEPT = 0.7
/** Answers after an experiment in vain until the next one, doubled each time. */
const REST_COUNT = 200
const REST_DOUBLINGS = 7

/** What to do about the number of calls at once: fewer; they stay fewer; as many as before. */
export type TroubleStep =
  | { readonly type: 'cut'; readonly limit: number }
  | { readonly type: 'keep' }
  | { readonly type: 'restore' }

interface Cohort {
  /** Calls that have not come back. */
  readonly open: Set<object>
  sent: number
  ended: number
  silent: number
  troubled: number
  levels: number
}

const newCohort = (): Cohort => ({
  open: new Set(),
  sent: 0,
  ended: 0,
  silent: 0,
  troubled: 0,
  levels: 0,
})

/**
 * Tells calls that are busy, broken or too slow because there are too many at once from those that are so by chance.
 * A sequential test says when their share is unusual. Then fifty calls in the order of dispatch show what it is;
 * failures come back sooner than results, so in the order of return they would seem to be more. Then fewer calls are sent, and the
 * next fifty show whether there is less trouble. Where there is not, nothing was gained: that share is usual from then
 * on, and the next experiment waits twice as long.
 */
export class TroubleWatch {
  readonly #suspicion = new ShareTest(SUSPECT)
  #usual = NOISE
  #cohort: Cohort | undefined
  /** Share before there were fewer calls. */
  #shareBefore: number | undefined
  /** Fewer calls have helped before. */
  #isOfLoad = false
  #rest = 0
  #inVain = 0

  /** Fewer calls are sent to see whether that helps. */
  get isExperimenting(): boolean {
    return this.#shareBefore !== undefined
  }

  sent(call: object): void {
    const cohort = this.#cohort
    if (cohort === undefined || cohort.sent === COHORT_COUNT) return
    cohort.sent++
    cohort.open.add(call)
  }

  /**
   * @param level calls in flight when it was sent, itself counted
   * @param isTroubled undefined: it says nothing of the load
   */
  ended(call: object, level: number, isTroubled: boolean | undefined): TroubleStep | undefined {
    if (this.#rest > 0) this.#rest--
    const cohort = this.#cohort
    if (cohort === undefined) {
      return isTroubled === undefined ? undefined : this.#suspect(level, isTroubled)
    }
    if (!cohort.open.delete(call)) return undefined
    if (isTroubled === undefined) {
      cohort.sent--
      return ++cohort.silent > COHORT_SILENT * COHORT_COUNT ? this.#abandon() : undefined
    }
    cohort.ended++
    cohort.levels += level
    if (isTroubled) cohort.troubled++
    return cohort.ended >= COHORT_ENOUGH * COHORT_COUNT ? this.#judge(cohort) : undefined
  }

  /** Calls are under way that will not come back: which ones is not known. */
  lost(): void {
    if (this.#cohort) this.#cohort = newCohort()
  }

  /** Something else has set the number of calls. */
  reset(): void {
    this.#suspicion.reset()
    this.#cohort = undefined
    this.#shareBefore = undefined
  }

  #abandon(): TroubleStep | undefined {
    const { isExperimenting } = this
    this.reset()
    return isExperimenting ? { type: 'restore' } : undefined
  }

  #suspect(level: number, isTroubled: boolean): TroubleStep | undefined {
    const isSuspected = this.#suspicion.observe(isTroubled, this.#usual, this.#risen)
    if (!isSuspected) return undefined
    this.#suspicion.reset()
    if (this.#rest > 0) return undefined
    this.#cohort = newCohort()
    if (!this.#isOfLoad) return undefined
    this.#shareBefore = this.#risen
    return { type: 'cut', limit: Math.max(1, Math.floor(level * KEPT)) }
  }

  #judge(cohort: Cohort): TroubleStep | undefined {
    const share = cohort.troubled / cohort.ended
    if (this.#shareBefore !== undefined) return this.#conclude(cohort, this.#shareBefore)
    if (ratio(cohort, this.#usual, this.#risen) < SURE_OF_RISE) {
      this.reset()
      return undefined
    }
    this.#shareBefore = Math.min(0.98, share)
    this.#cohort = newCohort()
    const level = cohort.levels / cohort.ended
    return { type: 'cut', limit: Math.max(1, Math.floor(level * (1 - share))) }
  }

  #conclude(cohort: Cohort, before: number): TroubleStep {
    const expected = this.#isOfLoad ? this.#usual : Math.max(FALL_MIN, FALL * before)
    const hasHelped = ratio(cohort, before, expected) >= (this.#isOfLoad ? 0 : SURE_OF_HELP)
    this.reset()
    if (this.#isOfLoad && !hasHelped) {
      this.#isOfLoad = false
      return { type: 'restore' }
    }
    if (hasHelped) {
      this.#isOfLoad = true
      this.#usual = NOISE
      this.#inVain = 0
      return { type: 'keep' }
    }
    this.#usual = Math.max(this.#usual, before)
    this.#rest = REST_COUNT * 2 ** this.#inVain
    this.#inVain = Math.min(REST_DOUBLINGS, this.#inVain + 1)
    return { type: 'restore' }
  }

  get #risen(): number {
    return Math.min(RISEN * this.#usual, (1 + this.#usual) / 2)
  }
}

/** Logarithm of the ratio: how much more likely the cohort is with the second share. */
const ratio = ({ ended, troubled }: Cohort, share: number, other: number): number =>
  troubled * likelihoodRatio(true, share, other) + (ended - troubled) * likelihoodRatio(false, share, other)
