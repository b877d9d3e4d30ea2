import type { JobOutcome, JobSettled } from '../model/job.js'
import type { JobError, LimitAdjusted } from '../model/movie/event.js'
import type { Checkpoint } from '../model/movie/manifest.js'
import type { StopReason } from '../model/run/run-status.js'
import type { ResolvedJob } from '../plan/up-to-date/resolved-job.js'
import type { AttemptPermit } from './limits/attempt-permit.js'
import type { Charge } from './limits/budget/charge.js'
import type { Blame, Call } from './limits/health/call.js'
import type { OutageProgress } from './limits/health/outage-progress.js'
import type { LimiterProgress } from './limits/limiter-state.js'

/** A limit that was learned, as its event says it. */
export type LimitChange = Omit<LimitAdjusted, 'type' | 'timestamp'>

/** A run sends nothing more to a service. */
export interface GiveUp {
  readonly reason: Extract<StopReason, 'outage' | 'refused'>
  /** What happened, and what to do. */
  readonly message: string
  /** What its service has said. */
  readonly error: JobError
}

/** Why a target is not asked now. */
export interface Closure {
  readonly error: JobError
  /** When it may be asked again, as far as is known; infinity: not in this run. */
  readonly opensAtMs: number
}

/** Which services answer, as a run sees it, and whose fault a failure was. Targets of the plan are given by their numbers. */
export interface ServiceHealth {
  /** Of the turn. */
  readonly nowMs: number
  readonly isAnyDown: boolean
  prefersFresh(target: number): boolean
  isDoubtful(target: number): boolean
  sampled(target: number, job: number): void
  mayStart(target: number, isActive: (job: number) => boolean): boolean
  taken(target: number, call: Call | undefined): void
  blame(target: number, call: Call | undefined, error: JobError, failedAtMs: number): Blame
  waivedCount(target: number, failedAtMs: readonly number[]): number
  hasServedSince(target: number, atMs: number): boolean
  isTry(target: number, call: Call | undefined): boolean
  inFlight(target: number): number
  targetsOf(target: number): readonly number[]
  givenUp(target: number): GiveUp | undefined
  /** Why it is not to be called now; undefined: it is, be it to try whether it answers. */
  closedBy(target: number): Closure | undefined
  giveUp(nameOf: (target: number) => string, activeOf: (target: number) => number): readonly number[]
  outages(): readonly OutageProgress[]
}

/** What attempts are charged. */
export interface AttemptMoney {
  /** True when a budget counts what it costs. */
  isCounted(target: number): boolean
  chargeOf(
    target: number,
    permit: AttemptPermit,
    outcome: JobOutcome,
    work: { readonly checkpoint: Checkpoint | undefined; readonly isKept: boolean },
  ): Charge
}

/** What a run asks of everything that limits it. Targets of the plan are given by their numbers. */
export interface RunLimits {
  readonly money: AttemptMoney
  readonly health: ServiceHealth
  weightOf(target: number): number
  beginTurn(nowMs: number): void
  /** @returns milliseconds until something may open by itself; undefined when nothing will */
  endTurn(): number | undefined
  /** What limiters have learned since it was recorded last. */
  learned(): readonly LimitChange[]
  limiterProgress(): readonly LimiterProgress[]
  /** Whether a job could start, as far as it can be said without the job. */
  mayStart(target: number): boolean
  /** Those that could start a job in this turn, but for their limiters, budget, memory, or a place to run. */
  closedTargets(): readonly number[]
  /** True when it can start nothing more in this run. */
  isExhausted(target: number): boolean
  /** Why another target is to be asked, where there is one; undefined: nothing keeps it from being asked but its limits. */
  closedBy(target: number, patienceMs: number): Closure | undefined
  /** Lets a job start, or says that it must wait. @param work at a service, which the attempt goes on with */
  admit(
    target: number,
    resolved: ResolvedJob,
    work: Checkpoint | undefined,
    job?: number,
  ): AttemptPermit | undefined
  /** An attempt has settled: its places, its money and its memory are free. @param spent in US dollars */
  settle(target: number, permit: AttemptPermit, message: JobSettled, spent: number): void
  /** The run is over. Idempotent. */
  close(): void
}
