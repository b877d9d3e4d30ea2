import type { JobSettled } from '../../model/job.js'
import type { JobError } from '../../model/movie/event.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import { likelyTokensOf } from '../../model/provider/price.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { Closure, LimitChange, RunLimits } from '../run-limits.js'
import type { TargetTerms } from '../target-terms.js'
import type { Admission } from './admission.js'
import type { AttemptPermit } from './attempt-permit.js'
import { demandOf } from './budget/demand-of.js'
import { RunMoney } from './budget/run-money.js'
import { RunHealth } from './health/run-health.js'
import { LimitRecorder } from './limit-recorder.js'
import type { Limiter } from './limiter.js'
import type { LimiterProgress } from './limiter-state.js'
import { RunMemory } from './memory/run-memory.js'
import { releaseReportOf } from './release-report.js'
import type { Tenant } from './tenants.js'
import { TokenEstimate } from './token-estimate.js'

interface RunShare extends Tenant {
  /** How long the run waits for a service that does not answer; undefined: as long as is usual. */
  readonly outageWaitMs?: number | undefined
  /** Jobs that may start in this turn, as far as where they run is concerned. @default as many as come */
  readonly freePlaces?: (() => number) | undefined
}

const PAUSED: JobError = { code: 'rate_limited', message: 'The service takes no calls for now.' }

/** The one decision whether a job of this run may start now. Asked for a family first, then for the job itself. */
export class RunAdmission implements RunLimits {
  readonly money: RunMoney
  /** Which services answer, and which were given up. */
  readonly health: RunHealth
  readonly #terms: readonly TargetTerms[]
  readonly #tenant: Tenant
  readonly #limiters: ReadonlySet<Limiter>
  readonly #recorder: LimitRecorder
  readonly #memory: RunMemory
  /** By family. */
  readonly #tokens: readonly TokenEstimate[]
  /** Families that are closed for the rest of the turn. */
  readonly #closed = new Set<number>()
  readonly #refusedBy = new Set<Limiter>()
  #wakeAtMs = Number.POSITIVE_INFINITY
  #nowMs = 0
  #isWoken = false
  /** The family that was just said to be open: nothing has started since. */
  #openFamily: number | undefined
  readonly #freePlaces: () => number
  #placesLeft = Number.POSITIVE_INFINITY

  constructor(terms: readonly TargetTerms[], shared: Admission, share: RunShare) {
    const { weight, wake, outageWaitMs, freePlaces = () => Number.POSITIVE_INFINITY } = share
    this.#freePlaces = freePlaces
    this.#terms = terms
    this.#limiters = new Set(terms.flatMap(({ limiters }) => limiters))
    this.#recorder = new LimitRecorder([...this.#limiters])
    this.money = new RunMoney(terms)
    this.#tokens = terms.map(() => new TokenEstimate())
    this.#tenant = {
      weight,
      wake: () => {
        if (this.#isWoken) return
        this.#isWoken = true
        wake()
      },
    }
    this.#memory = new RunMemory(terms, shared.memory, this.#tenant)
    for (const limiter of this.#limiters) {
      limiter.join(this.#tenant)
      shared.joined(limiter)
    }
    this.health = new RunHealth(terms, this.#tenant, outageWaitMs)
  }

  weightOf(family: number): number {
    return this.#terms[family]!.weight
  }

  /** A turn of the loop begins: what was closed may be open. */
  beginTurn(nowMs: number): void {
    this.#nowMs = nowMs
    this.#placesLeft = this.#freePlaces()
    this.health.beginTurn(nowMs)
    this.#isWoken = true
    this.#closed.clear()
    this.#openFamily = undefined
    this.#refusedBy.clear()
    this.#wakeAtMs = Number.POSITIVE_INFINITY
  }

  /** The turn ends. @returns milliseconds until something may open by itself; undefined when nothing will */
  endTurn(): number | undefined {
    this.#isWoken = false
    this.#wakeAtMs = Math.min(this.#wakeAtMs, this.health.looksAtMs ?? Number.POSITIVE_INFINITY)
    for (const limiter of this.#limiters) if (!this.#refusedBy.has(limiter)) limiter.stopWaiting(this.#tenant)
    return Number.isFinite(this.#wakeAtMs) ? Math.max(1, Math.ceil(this.#wakeAtMs - this.#nowMs)) : undefined
  }

  /** What limiters have learned since it was recorded last. */
  learned(): readonly LimitChange[] {
    return this.#recorder.take(this.#nowMs)
  }

  /** What the limiters of this run are doing. */
  limiterProgress(): readonly LimiterProgress[] {
    return [...this.#limiters].map(limiter => limiter.progress(this.#nowMs))
  }

  /** Whether a job of this family could start, as far as it can be said without the job. */
  mayStart(family: number): boolean {
    if (this.#closed.has(family)) return false
    const isOpen = this.#passes(family, this.#terms[family]!.limiters) && !this.isExhausted(family)
    if (isOpen) this.#openFamily = family
    else this.#closed.add(family)
    return isOpen
  }

  /** Targets that could start a job in this turn, but for their limiters, budget, memory, or a place to run. */
  closedTargets(): readonly number[] {
    return [...this.#closed]
  }

  /** Why another target is to be asked: this one is given up, does not answer, or takes nothing for longer than that. */
  closedBy(target: number, patienceMs: number): Closure | undefined {
    const closure = this.health.closedBy(target)
    if (closure !== undefined) return closure
    const { limiters } = this.#terms[target]!
    const pauseMs = limiters.reduce(
      (longest, limiter) => Math.max(longest, limiter.pausedForMs(this.#nowMs)),
      0,
    )
    return pauseMs > patienceMs ? { error: PAUSED, opensAtMs: this.#nowMs + pauseMs } : undefined
  }

  /** True when it can start nothing more in this run. */
  isExhausted(family: number): boolean {
    return this.health.givenUp(family) !== undefined || this.money.isExhausted(family)
  }

  /**
   * Lets a job start, or says that it must wait.
   * @param work at a service, which the attempt goes on with
   */
  admit(
    family: number,
    resolved: ResolvedJob,
    work: Checkpoint | undefined,
    job = 0,
  ): AttemptPermit | undefined {
    if (this.#closed.has(family)) return undefined
    const permit = this.#permit(family, resolved, work, job)
    if (permit === undefined) this.#closed.add(family)
    return permit
  }

  #permit(
    family: number,
    job: ResolvedJob,
    work: Checkpoint | undefined,
    number: number,
  ): AttemptPermit | undefined {
    const terms = this.#terms[family]!
    const { limiters, price } = terms
    const isResumed = work !== undefined
    const wasOpen = this.#openFamily === family
    this.#openFamily = undefined
    if (!wasOpen && !this.#passes(family, limiters)) return undefined
    const isMeasured = price !== undefined || terms.promptBytes !== undefined
    const demand = isMeasured ? demandOf(terms, job) : undefined
    const hold = this.money.quote(family, demand, work)
    if (hold === undefined) return undefined
    const sizeBytes = this.#memory.quote(family, job.blobBytes)
    if (sizeBytes === undefined) return undefined
    this.#memory.take(sizeBytes)
    this.money.reserve(family, hold)
    this.#placesLeft--
    const likelyTokens = terms.promptBytes !== undefined ? likelyTokensOf(demand!) : 0
    const tokens = this.#tokens[family]!.next(likelyTokens)
    const permits = limiters.map((limiter, at) =>
      limiter.acquire(this.#tenant, tokens, isResumed, this.#nowMs, limiters[at + 1]),
    )
    const call = this.health.sent(family, number)
    const { reserved, counted, mostCostUsd } = hold
    // Written out: spreading an object costs more than the rest of an admission.
    return {
      reserved,
      counted,
      mostCostUsd,
      permits,
      call,
      sizeBytes,
      likelyTokens,
      isResumed,
      hasSubmitted: false,
    }
  }

  #passes(family: number, limiters: readonly Limiter[]): boolean {
    // Nobody waits for a limiter without a place: others may have its permits meanwhile.
    if (this.#placesLeft <= 0) return false
    if (this.health.givenUp(family) !== undefined) return false
    const answersAtMs = this.health.opensAtMs(family)
    let isOpen = answersAtMs === undefined
    this.#wakeAtMs = Math.min(this.#wakeAtMs, answersAtMs ?? Number.POSITIVE_INFINITY)
    for (const limiter of limiters) {
      const closed = limiter.closedFor(this.#tenant, this.#nowMs)
      if (closed === undefined) continue
      isOpen = false
      this.#refusedBy.add(limiter)
      if (closed.untilMs !== undefined) this.#wakeAtMs = Math.min(this.#wakeAtMs, closed.untilMs)
    }
    if (!isOpen && limiters.length > 1)
      for (const limiter of limiters) if (!this.#refusedBy.has(limiter)) limiter.heldBack(this.#nowMs)
    return isOpen
  }

  /**
   * An attempt has settled: its places, its money and its memory are free.
   * @param spent in US dollars, with the most that work may cost which goes on at a service
   */
  settle(family: number, permit: AttemptPermit, message: JobSettled, spent: number): void {
    const { limiters } = this.#terms[family]!
    const { permits, call, sizeBytes, likelyTokens, isResumed } = permit
    const wasDown = this.health.isDown(family)
    this.health.returned(family, call, message, isResumed || permit.hasSubmitted)
    const isDown = this.health.isDown(family)
    // A service that answers nobody says nothing of what it takes when it does.
    const report = releaseReportOf(message, isDown)
    if (report.tokens !== undefined && !report.isSpared)
      this.#tokens[family]!.note(likelyTokens, report.tokens)
    for (const [at, limiter] of limiters.entries()) {
      limiter.release(this.#tenant, permits[at]!, report, this.#nowMs)
      if (wasDown && !isDown) limiter.recovered(this.#nowMs)
    }
    this.money.settle(family, permit, spent)
    this.#memory.giveBack(sizeBytes)
    this.#memory.note(family, message.outcome)
  }

  /** The run is over, however it ended: what it has in flight will not be settled any more. Idempotent. */
  close(): void {
    for (const limiter of this.#limiters) limiter.leave(this.#tenant)
    this.health.close()
    this.#memory.close()
  }
}
