import type { Family } from '../../plan/geometry/family.js'
import { findMade } from '../../plan/up-to-date/find-made.js'
import type { JobAction } from '../../plan/up-to-date/job-action.js'
import { contentsOfJob } from '../../plan/up-to-date/made-before.js'
import { type ResolvedJob, resolvedFor } from '../../plan/up-to-date/resolved-job.js'
import type { Start } from '../effect.js'
import { aimJob } from '../fallback/aim-job.js'
import { openTarget } from '../fallback/open-target.js'
import type { LiveRun, Turn } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'
import { copyResult } from './copy-result.js'
import { isAskedAgain, jobAssignment, toldFeedback, workOf } from './job-assignment.js'

/** Settles a job that turns out to need no run, once the values that it waited for are there. */
type SettleUnrun = (
  turn: Turn,
  family: Family,
  job: number,
  action: Exclude<JobAction, { type: 'run' }>,
) => void

/** Starts jobs in one turn, as many as their providers take, and gathers them: one dispatch a producer. */
export class Dispatcher {
  readonly #turn: Turn
  readonly #run: LiveRun
  readonly #starts = new Map<number, Start[]>()
  readonly #settleUnrun: SettleUnrun
  /** Queued jobs that may still start in this turn. */
  #left: number

  constructor(turn: Turn, most: number, settleUnrun: SettleUnrun) {
    this.#settleUnrun = settleUnrun
    this.#left = most
    this.#turn = turn
    this.#run = turn.run
  }

  /** Starts as many jobs as admission allows: of each family those that wait already, then queued ones. */
  startReady(): void {
    // A service that does not answer is tried with jobs that have not failed yet, as long as there are any.
    const { held } = this.#run.schedule
    for (let isMore = true; isMore; ) {
      this.#takeTurns()
      isMore = false
      // Those that no limiter lets pass may find their results elsewhere, and leave their places.
      for (const target of held.targets()) isMore = this.#drain(target) || isMore
    }
  }

  #drain(target: number): boolean {
    return this.#run.schedule.held.drain(target, active => this.#proceedHeld(active))
  }

  /** It may be sent elsewhere by now, and wait there. */
  #proceedHeld(active: ActiveJob): boolean {
    const { target } = active
    aimJob(this.#run.state, active)
    if (this.#proceed(active, active.resolved!)) return true
    if (active.target === target) return false
    this.#run.schedule.held.push(active)
    return true
  }

  /** Families take turns, so that the waiting jobs of one keep none of another from a permit. */
  #takeTurns(): void {
    const { state, schedule } = this.#run
    for (let next = schedule.next(this.#left); next; next = schedule.next(this.#left)) {
      if (next.type === 'held') {
        schedule.held.takeFirst(next.target, active => this.#proceedHeld(active))
        continue
      }
      this.#left--
      const { family, job, reason } = next
      const jobId = state.movie.slots.jobIdAt(job)
      const attempt = state.movie.attempts.get(job) + 1
      const active: ActiveJob = {
        job,
        jobId,
        family,
        state: 'loading',
        reason,
        attempt,
        target: openTarget(state, family),
        from: 0,
        permit: undefined,
        failures: 0,
        faultsAtMs: undefined,
        call: undefined,
        retryAtMs: 0,
        failure: undefined,
        refusedAtMs: undefined,
        refusals: 0,
        rejections: 0,
        losses: 0,
        suspectLosses: 0,
        resolved: undefined,
      }
      state.activate(active)
      this.#begin(active)
    }
  }

  /** Goes on with a job whose values are loaded, or whose delay is over. */
  resume(active: ActiveJob): void {
    const { active: jobs, halt } = this.#run.state
    if (halt !== undefined || jobs.get(active.job) !== active) return
    if (active.state === 'loading') this.#begin(active)
    else if (active.state === 'backoff') {
      active.attempt++
      this.#start(active, active.resolved!)
    }
  }

  /** Hands over what has started. */
  dispatch(): void {
    const { families, targets } = this.#run.state.plan
    for (const [target, starts] of this.#starts) {
      const family = families[targets.familyOf(target)]!
      this.#turn.perform({ type: 'dispatch', family, target, starts })
    }
  }

  #begin(active: ActiveJob): void {
    const { judge, resolver } = this.#run
    if (active.reason.type === 'unread') {
      const blobs = judge.unread(active.family, active.job)
      if (blobs.length > 0) {
        this.#turn.perform({ type: 'load-values', job: active.job, blobs })
        return
      }
      const action = judge.judge(active.family, active.job)
      if (action.type !== 'run') {
        this.#settleUnrun(this.#turn, active.family, active.job, action)
        return
      }
      active.reason = action.reason
    }
    const resolution = resolver.resolve(active.family, active.job)
    if (resolution.state === 'missing') {
      this.#turn.perform({ type: 'load-values', job: active.job, blobs: resolution.blobs })
      return
    }
    if (resolution.job.absent.length > 0) this.#refuse(active, resolution.job.absent)
    else this.#start(active, resolution.job)
  }

  /** Fails a job before its provider is called: what it must read is not there. */
  #refuse({ jobId, attempt }: ActiveJob, absent: readonly string[]): void {
    const message = `${absent.join(', ')} has no value. If it may be absent, add "?" before the closing brace.`
    const error = { code: 'invalid', message } as const
    const { timestamp } = this.#turn.moment
    this.#turn.record({ type: 'job.failed', jobId, attempt, durationMs: 0, error, timestamp })
  }

  #start(active: ActiveJob, resolved: ResolvedJob): void {
    active.resolved = resolved
    aimJob(this.#run.state, active)
    const { target } = active
    const { state, schedule } = this.#run
    const isFirst = !schedule.held.has(target) || state.admission.health.prefersFresh(target)
    if (isFirst && this.#proceed(active, active.resolved)) return
    active.state = 'held'
    schedule.held.push(active)
  }

  /** True when the job need not be held. */
  #proceed(active: ActiveJob, resolved: ResolvedJob): boolean {
    return this.#reuse(active, resolved) || this.#admit(active, resolved) || this.#giveUp(active)
  }

  /** Takes the result of another job of its kind, or waits for it without a place. */
  #reuse(active: ActiveJob, resolved: ResolvedJob): boolean {
    const { flights, before, state } = this.#run
    const { type } = active.reason
    const isFresh = isAskedAgain(active) || toldFeedback(this.#run.state, active, resolved) !== undefined
    const found = flights.find(active, resolved, isFresh)
    if (found.state === 'following') {
      state.release(active)
      return true
    }
    const { family, job } = active
    const inRun = found.state === 'made' && contentsOfJob(state.plan, state.movie, found.job, family, job)
    // What is under way at a service is fetched.
    const isOwn = isFresh || type === 'interrupted'
    const made = inRun
      ? {
          contents: inRun,
          of: { jobId: state.movie.slots.jobIdAt(found.job), job: found.job },
          resolved: resolvedFor(resolved, found.place),
        }
      : isOwn
        ? undefined
        : findMade(before, family, job, resolved)
    if (made === undefined) return false
    const { timestamp } = this.#turn.moment
    const record = this.#turn.record.bind(this.#turn)
    copyResult({ record, state, timestamp }, made, active)
    before.took(job)
    return true
  }

  /** A job that no longer fits into the budget waits for another run. */
  #giveUp(active: ActiveJob): boolean {
    const { state } = this.#run
    if (!state.admission.isExhausted(active.target)) return false
    state.release(active)
    return true
  }

  #admit(active: ActiveJob, resolved: ResolvedJob): boolean {
    const checkpoint = workOf(this.#run.state, active, resolved)
    const work = checkpoint?.isOver ? undefined : checkpoint
    const feedback = toldFeedback(this.#run.state, active, resolved)
    // What was said so far is sent, too, and has its price.
    const sent = feedback === undefined ? resolved : { ...resolved, inputs: { ...resolved.inputs, feedback } }
    const { admission } = this.#run.state
    active.permit = admission.admit(active.target, sent as ResolvedJob, work, active.job)
    if (active.permit === undefined) return false
    this.#dispatch(active, resolved, this.#run.flights.lead(active, resolved))
    return true
  }

  #dispatch(active: ActiveJob, resolved: ResolvedJob, isLeader: boolean): void {
    active.state = 'running'
    const starts = this.#starts.get(active.target)
    const { jobId, reason } = active
    const start = { jobId, assignment: jobAssignment(this.#run.state, active, resolved, isLeader), reason }
    if (starts) starts.push(start)
    else this.#starts.set(active.target, [start])
  }
}
