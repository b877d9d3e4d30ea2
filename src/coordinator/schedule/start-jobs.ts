import type { JobAssignment } from '../../model/job.js'
import type { MovieEvent } from '../../model/movie/event.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import type { Family } from '../../plan/geometry/family.js'
import type { ResolvedJob } from '../../plan/up-to-date/job-resolver.js'
import type { Verdict } from '../../plan/up-to-date/verdict.js'
import type { Effect, Start } from '../effect.js'
import type { ActiveJob } from '../state/active-job.js'
import { followEvent } from '../state/follow.js'
import type { RunBoard } from '../state/run-board.js'
import { settleUnrun } from './judge-ready.js'

/** Gathers what starts in one turn: one dispatch a producer. */
export class Starter {
  readonly effects: Effect[] = []
  readonly #board: RunBoard
  readonly #record: (event: MovieEvent) => void
  readonly #timestamp: string
  readonly #starts = new Map<Family, Start[]>()

  constructor(board: RunBoard, record: (event: MovieEvent) => void, timestamp: string) {
    this.#board = board
    this.#record = record
    this.#timestamp = timestamp
  }

  /** Starts as many jobs as admission allows: those that wait already, then queued ones. */
  startReady(): void {
    // A service that does not answer is tried with jobs that have not failed yet, as long as there are any.
    const last: number[] = []
    for (const family of this.#board.held.families()) {
      if (this.#board.triesFresh(family)) last.push(family)
      else this.#drain(family)
    }
    this.#startQueued()
    for (const family of last) if (this.#board.held.has(family)) this.#drain(family)
  }

  #drain(family: number): void {
    this.#board.held.drain(family, active => this.#proceed(active, active.resolved!))
  }

  #startQueued(): void {
    for (;;) {
      const next = this.#board.nextToStart()
      if (!next) return
      const { family, job, reason } = next
      const jobId = this.#board.movie.slots.jobIdAt(job)
      const attempt = this.#board.movie.attempts.get(job) + 1
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
        losses: 0,
        chargedLosses: 0,
        resolved: undefined,
      }
      this.#board.activate(active)
      this.#begin(active)
    }
  }

  /** Goes on with a job whose values have been loaded. */
  resume(job: number): void {
    const active = this.#board.active.get(job)
    if (active?.state === 'loading' && this.#board.halt === undefined) this.#begin(active)
  }

  /** Sends the next attempt of a job whose delay is over. */
  retry(job: number): void {
    const active = this.#board.active.get(job)
    if (active?.state !== 'backoff' || this.#board.halt !== undefined) return
    active.attempt++
    this.#start(active, active.resolved!)
  }

  finish(): readonly Effect[] {
    for (const [family, starts] of this.#starts) this.effects.push({ type: 'dispatch', family, starts })
    return this.effects
  }

  #begin(active: ActiveJob): void {
    const { judge, resolver } = this.#board
    if (active.reason.type === 'unread') {
      const blobs = judge.unread(active.family, active.job)
      if (blobs.length > 0) {
        this.effects.push({ type: 'load-values', job: active.job, blobs })
        return
      }
      const verdict: Verdict = judge.judge(active.family, active.job)
      if (verdict.type !== 'run') {
        settleUnrun(this.#board, active.family, active.job, verdict, this.#record, this.#timestamp)
        return
      }
      active.reason = verdict.reason
    }
    const resolution = resolver.resolve(active.family, active.job)
    if (resolution.state === 'missing') {
      this.effects.push({ type: 'load-values', job: active.job, blobs: resolution.blobs })
      return
    }
    if (resolution.job.absent.length > 0) this.#refuse(active, resolution.job.absent)
    else this.#start(active, resolution.job)
  }

  /** Fails a job before its provider is called: what it must read is not there. */
  #refuse({ jobId, attempt }: ActiveJob, absent: readonly string[]): void {
    const message = `${absent.join(', ')} has no value. If it may be absent, add "?" before the closing brace.`
    const error = { code: 'invalid', message } as const
    const event: MovieEvent = {
      type: 'job.failed',
      jobId,
      attempt,
      durationMs: 0,
      error,
      timestamp: this.#timestamp,
    }
    this.#record(event)
    followEvent(this.#board, event)
  }

  #start(active: ActiveJob, resolved: ResolvedJob): void {
    active.resolved = resolved
    const { index } = active.family
    const isFirst = !this.#board.held.has(index) || this.#board.admission.health.prefersFresh(index)
    if (isFirst && this.#proceed(active, resolved)) return
    active.state = 'held'
    this.#board.held.push(active)
  }

  /** True when the job need not be held. */
  #proceed(active: ActiveJob, resolved: ResolvedJob): boolean {
    return this.#reuse(active, resolved) || this.#admit(active, resolved) || this.#giveUp(active)
  }

  /** Takes the result of another job of its kind, or waits for it without a place. */
  #reuse(active: ActiveJob, resolved: ResolvedJob): boolean {
    const { flights } = this.#board
    const finding = flights.find(active, resolved, active.reason.type === 'regenerate')
    if (finding.state === 'alone') return false
    if (finding.state === 'following') {
      this.#board.release(active)
      return true
    }
    const events = flights.copy(finding.job, active, resolved, this.#timestamp)
    for (const event of events ?? []) {
      this.#record(event)
      followEvent(this.#board, event)
    }
    return events !== undefined
  }

  /** A job that no longer fits into the budget waits for another run. */
  #giveUp(active: ActiveJob): boolean {
    if (!this.#board.admission.isExhausted(active.family.index)) return false
    this.#board.release(active)
    return true
  }

  #admit(active: ActiveJob, resolved: ResolvedJob): boolean {
    const checkpoint = this.#checkpointOf(active, resolved)
    const work = checkpoint?.isOver ? undefined : checkpoint
    active.permit = this.#board.admission.admit(active.family.index, resolved, work, active.job)
    if (active.permit === undefined) return false
    this.#board.flights.lead(active, resolved)
    this.#dispatch(active, resolved)
    return true
  }

  #dispatch(active: ActiveJob, resolved: ResolvedJob): void {
    active.state = 'running'
    const starts = this.#starts.get(active.family)
    const { jobId, reason } = active
    const start = { jobId, assignment: this.#assignment(active, resolved), reason }
    if (starts) starts.push(start)
    else this.#starts.set(active.family, [start])
  }

  #assignment(active: ActiveJob, resolved: ResolvedJob): JobAssignment {
    const { job, attempt, losses, reason } = active
    const { indices, inputs, loads, inputsHash } = resolved
    const generation = this.#board.movie.succeededAttempts.get(job)
    const assignment = { job, attempt, indices, inputs, inputsHash, generation }
    const checkpoint = this.#checkpointOf(active, resolved)
    const isFresh = reason.type === 'regenerate'
    if (loads.length === 0 && checkpoint === undefined && losses === 0 && !isFresh) return assignment
    return {
      ...assignment,
      ...(isFresh && { isFresh }),
      ...(loads.length > 0 && { loads }),
      ...(checkpoint && { resume: checkpoint.value }),
      ...(losses > 0 && { losses }),
    }
  }

  /** What an earlier attempt at the same work left behind, unless it cannot be used and the user wants another one. */
  #checkpointOf({ job, reason }: ActiveJob, { inputsHash }: ResolvedJob): Checkpoint | undefined {
    const { checkpoints, errors } = this.#board.movie
    const checkpoint = checkpoints.size > 0 ? checkpoints.get(job) : undefined
    if (checkpoint?.inputsHash !== inputsHash) return undefined
    const isGivenUp = reason.type === 'regenerate' && errors.get(job)?.code === 'bug'
    return isGivenUp ? undefined : checkpoint
  }
}
