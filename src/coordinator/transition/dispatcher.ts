import type { JobAssignment } from '../../model/job.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import type { Feedback } from '../../model/provider/feedback.js'
import { keyOfWork } from '../../model/run/idempotency-key.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Judgement } from '../../plan/up-to-date/judgement.js'
import { contentsOfJob } from '../../plan/up-to-date/made-before.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { Start } from '../effect.js'
import type { LiveRun, Turn } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'
import { feedbackOn } from '../state/keep-feedback.js'
import { copyResult } from './copy-result.js'

/** Settles a job that turns out to need no run, once the values that it waited for are there. */
type SettleUnrun = (
  turn: Turn,
  family: Family,
  job: number,
  verdict: Exclude<Judgement, { type: 'run' }>,
) => void

/** Starts jobs in one turn, as many as their providers take, and gathers them: one dispatch a producer. */
export class Dispatcher {
  readonly #turn: Turn
  readonly #run: LiveRun
  readonly #starts = new Map<Family, Start[]>()
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
      for (const family of held.families()) isMore = this.#drain(family) || isMore
    }
  }

  #drain(family: number): boolean {
    return this.#run.schedule.held.drain(family, active => this.#proceed(active, active.resolved!))
  }

  /** Families take turns, so that the waiting jobs of one keep none of another from a permit. */
  #takeTurns(): void {
    const { state, schedule } = this.#run
    for (let next = schedule.next(this.#left); next; next = schedule.next(this.#left)) {
      if (next.type === 'held') {
        schedule.held.takeFirst(next.family, active => this.#proceed(active, active.resolved!))
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
    for (const [family, starts] of this.#starts) this.#turn.perform({ type: 'dispatch', family, starts })
  }

  #begin(active: ActiveJob): void {
    const { judge, resolver } = this.#run
    if (active.reason.type === 'unread') {
      const blobs = judge.unread(active.family, active.job)
      if (blobs.length > 0) {
        this.#turn.perform({ type: 'load-values', job: active.job, blobs })
        return
      }
      const verdict = judge.judge(active.family, active.job)
      if (verdict.type !== 'run') {
        this.#settleUnrun(this.#turn, active.family, active.job, verdict)
        return
      }
      active.reason = verdict.reason
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
    const { index } = active.family
    const { state, schedule } = this.#run
    const isFirst = !schedule.held.has(index) || state.admission.health.prefersFresh(index)
    if (isFirst && this.#proceed(active, resolved)) return
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
    const isFresh = isAskedAgain(active) || this.#feedbackOn(active, resolved) !== undefined
    const found = flights.find(active, resolved, isFresh)
    if (found.state === 'following') {
      state.release(active)
      return true
    }
    const { family, job } = active
    const inRun = found.state === 'made' && contentsOfJob(state.plan, state.movie, found.job, family, job)
    // What is under way at a service is fetched.
    const isOwn = isFresh || type === 'interrupted'
    const contents = inRun || (isOwn ? undefined : before.find(family, job, resolved))
    if (contents === undefined) return false
    const { timestamp } = this.#turn.moment
    const record = this.#turn.record.bind(this.#turn)
    copyResult({ record, slots: state.movie.slots, timestamp }, contents, active, resolved)
    return true
  }

  /** A job that no longer fits into the budget waits for another run. */
  #giveUp(active: ActiveJob): boolean {
    const { state } = this.#run
    if (!state.admission.isExhausted(active.family.index)) return false
    state.release(active)
    return true
  }

  #admit(active: ActiveJob, resolved: ResolvedJob): boolean {
    const checkpoint = this.#checkpointOf(active, resolved)
    const work = checkpoint?.isOver ? undefined : checkpoint
    const feedback = this.#feedbackOn(active, resolved)
    // What was said so far is sent, too, and has its price.
    const sent = feedback === undefined ? resolved : { ...resolved, inputs: { ...resolved.inputs, feedback } }
    const { admission } = this.#run.state
    active.permit = admission.admit(active.family.index, sent as ResolvedJob, work, active.job)
    if (active.permit === undefined) return false
    this.#dispatch(active, resolved, this.#run.flights.lead(active, resolved))
    return true
  }

  #dispatch(active: ActiveJob, resolved: ResolvedJob, isLeader: boolean): void {
    active.state = 'running'
    const starts = this.#starts.get(active.family)
    const { jobId, reason } = active
    const start = { jobId, assignment: this.#assignment(active, resolved, isLeader), reason }
    if (starts) starts.push(start)
    else this.#starts.set(active.family, [start])
  }

  #assignment(active: ActiveJob, resolved: ResolvedJob, isLeader: boolean): JobAssignment {
    const { job, attempt, losses } = active
    const { indices, names, inputs, loads, inputsHash } = resolved
    const { movie, options } = this.#run.state
    const { succeededAttempts, inputsHashes } = movie
    const generation = succeededAttempts.get(job)
    const assignment = { job, attempt, indices, ...(names && { names }), inputs, inputsHash, generation }
    const checkpoint = this.#checkpointOf(active, resolved)
    const isFresh = isAskedAgain(active)
    const feedback = this.#feedbackOn(active, resolved)
    const isOwnCall = isFresh || !isLeader || (generation > 0 && inputsHashes.get(job) === inputsHash)
    if (loads.length === 0 && checkpoint === undefined && losses === 0 && !isOwnCall && !feedback)
      return assignment
    return {
      ...assignment,
      ...(isFresh && { isFresh }),
      ...(loads.length > 0 && { loads }),
      ...(isOwnCall && { isOwnCall }),
      ...(checkpoint && { resume: checkpoint.value, ...keyOfWork(checkpoint, options.movieId) }),
      ...(feedback && { feedback }),
      ...(losses > 0 && { losses }),
    }
  }

  /** What the attempt is told of rejected answers to the same inputs. */
  #feedbackOn({ job }: ActiveJob, { inputsHash }: ResolvedJob): readonly Feedback[] | undefined {
    return feedbackOn(this.#run.state.movie, job, inputsHash)
  }

  /** The checkpoint of an earlier attempt at the same work, unless it cannot be used and the user asked to regenerate. */
  #checkpointOf({ job, reason }: ActiveJob, { inputsHash }: ResolvedJob): Checkpoint | undefined {
    const { checkpoints, errors } = this.#run.state.movie
    const checkpoint = checkpoints.size > 0 ? checkpoints.get(job) : undefined
    if (checkpoint?.inputsHash !== inputsHash) return undefined
    const isGivenUp = reason.type === 'regenerate' && errors.get(job)?.code === 'bug'
    return isGivenUp ? undefined : checkpoint
  }
}

/** A person wants another result. */
const isAskedAgain = ({ reason }: ActiveJob): boolean =>
  reason.type === 'regenerate' || reason.type === 'rejected'
