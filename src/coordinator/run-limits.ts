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
}

/** Which services answer, as a run sees it, and whose fault a failure was. Families are given by their index. */
export interface ServiceHealth {
  /** Of the turn. */
  readonly nowMs: number
  readonly isAnyDown: boolean
  prefersFresh(family: number): boolean
  isDoubtful(family: number): boolean
  sampled(family: number, job: number): void
  mayStart(family: number, isActive: (job: number) => boolean): boolean
  taken(family: number, call: Call | undefined): void
  blame(family: number, call: Call | undefined, error: JobError, failedAtMs: number): Blame
  waivedCount(family: number, failedAtMs: readonly number[]): number
  hasServedSince(family: number, atMs: number): boolean
  isTry(family: number, call: Call | undefined): boolean
  inFlight(family: number): number
  familiesOf(family: number): readonly number[]
  givenUp(family: number): GiveUp | undefined
  giveUp(nameOf: (family: number) => string, activeOf: (family: number) => number): readonly number[]
  outages(): readonly OutageProgress[]
}

/** What attempts are charged. */
export interface AttemptMoney {
  /** True when a budget counts what this family costs. */
  isCounted(family: number): boolean
  chargeOf(
    family: number,
    permit: AttemptPermit,
    outcome: JobOutcome,
    work: { readonly checkpoint: Checkpoint | undefined; readonly isKept: boolean },
  ): Charge
}

/** What a run asks of everything that limits it. Families are given by their index. */
export interface RunLimits {
  readonly money: AttemptMoney
  readonly health: ServiceHealth
  weightOf(family: number): number
  beginTurn(nowMs: number): void
  /** @returns milliseconds until something may open by itself; undefined when nothing will */
  endTurn(): number | undefined
  /** What limiters have learned since it was recorded last. */
  learned(): readonly LimitChange[]
  limiterProgress(): readonly LimiterProgress[]
  /** Whether a job of this family could start, as far as it can be said without the job. */
  mayStart(family: number): boolean
  /** Families that could start a job in this turn, but for their limiters, budget, memory, or a place to run. */
  closedFamilies(): readonly number[]
  /** True when this family can start nothing more in this run. */
  isExhausted(family: number): boolean
  /** Lets a job start, or says that it must wait. @param work at a service, which the attempt goes on with */
  admit(
    family: number,
    resolved: ResolvedJob,
    work: Checkpoint | undefined,
    job?: number,
  ): AttemptPermit | undefined
  /** An attempt has settled: its places, its money and its memory are free. @param spent in US dollars */
  settle(family: number, permit: AttemptPermit, message: JobSettled, spent: number): void
  /** The run is over. Idempotent. */
  close(): void
}
