import { performance } from 'node:perf_hooks'
import { ShowrunnerError } from '../../model/error/error.js'
import type {
  AttemptAddress,
  AttemptCancelReason,
  JobAssignment,
  JobExecutor,
  JobFiled,
  JobMessage,
  JobSettled,
  JobTemplate,
} from '../../model/job.js'
import type { JobError } from '../../model/movie/event.js'
import { movieId } from '../../model/movie-id.js'
import type { ReleasableBlobs } from '../attempt/output/blob-access.js'
import type { RunOpening } from '../executor.js'
import type { HostRun, HostSession } from './host-session.js'
import { isSuspect, type Loss, lossOf, type RunningAttempt, settlementOf } from './running-attempt.js'
import type { WorkerJobMessage } from './session-message.js'
import type { SessionRunOptions } from './session-run-options.js'

/** A worker's own timers come first, by as much: they know more. */
const OVERDUE_MARGIN_MS = 1_000

type Running = RunningAttempt<HostSession>

/** One run over sessions: knows where each of its attempts is, and sees that each settles exactly once. */
export class SessionRun implements JobExecutor, HostRun {
  readonly opening: RunOpening
  readonly blobs: ReleasableBlobs
  readonly #options: SessionRunOptions
  readonly #running = new Map<number, Running>()
  /** Settled jobs whose results are on the way to the cache. */
  readonly #filing = new Map<number, Running>()
  readonly #sessions = new Set<HostSession>()
  readonly #mayWait: (job: JobAssignment) => boolean
  readonly #nowMs: () => number
  #state: 'open' | 'closing' | 'closed' = 'open'
  #onDrained: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor(options: SessionRunOptions) {
    this.#options = options
    this.opening = options.opening
    this.#mayWait = options.mayWait ?? isSuspect
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.blobs = options.opening.store.blobs(movieId(options.opening.movieId))
  }

  get freePlaces(): number {
    return this.#options.freePlaces?.() ?? Number.POSITIVE_INFINITY
  }

  dispatch(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    if (this.#state !== 'open') {
      throw new ShowrunnerError('ENGINE_CLOSED', 'Jobs were dispatched to a run that is closed.')
    }
    const waiting = jobs.filter(this.#mayWait)
    this.#register(waiting, template, undefined)
    try {
      this.#options.assign(jobs, (session, part) => this.#send(session, template, part), template)
    } catch (error) {
      // Jobs that no worker has got will never settle, and nobody must wait for them.
      for (const job of waiting) if (this.#isWaiting(job)) this.#running.delete(job.job)
      throw error
    }
  }

  cancel(jobs: readonly number[], reason: AttemptCancelReason): void {
    const bySession = new Map<HostSession, AttemptAddress[]>()
    const overdueAt = this.#overdueAt(0)
    const waiting: Running[] = []
    for (const job of jobs) {
      const running = this.#running.get(job)
      if (running === undefined) continue
      const { session, attempt } = running
      running.reason = reason
      if (session === undefined) {
        waiting.push(running)
        continue
      }
      running.overdueAt = Math.min(running.overdueAt, overdueAt)
      const group = bySession.get(session)
      if (group === undefined) bySession.set(session, [{ job, attempt }])
      else group.push({ job, attempt })
    }
    for (const [session, attempts] of bySession) session.cancel(this.opening.address, attempts, reason)
    // Not inside this call: nobody expects to hear of it before it returns.
    if (waiting.length > 0) setImmediate(() => this.#settleWaiting(waiting))
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    const running = this.#running.get(job)
    if (running?.attempt !== attempt) return
    running.session?.acknowledgeCheckpoint(this.opening.address, { job, attempt }, requestNumber)
  }

  recorded(receipt: number): void {
    this.#options.onRecorded?.(receipt)
  }

  /** Messages of a session, or (without one) of this run itself. Those of attempts that have settled are dropped. */
  receive(messages: readonly WorkerJobMessage[], session: HostSession | undefined): void {
    const current: JobMessage[] = []
    for (const message of messages) {
      const foreign = this.#foreignWork(message)
      if (foreign !== undefined) current.push(foreign)
      else if (message.type === 'job.filed') current.push(...this.#filed(message, session))
      else if (this.#isCurrent(message, session) && this.#state === 'open') current.push(message)
    }
    if (current.length > 0) this.opening.onMessages(current)
    this.#checkDrained()
  }

  /** A result of other inputs than those that were dispatched is nobody's, whatever its address says. */
  #foreignWork(message: WorkerJobMessage): JobMessage | undefined {
    if (message.type !== 'job.settled' || message.inputsHash === undefined) return undefined
    const { job, attempt, inputsHash } = message
    const running = this.#running.get(job)
    if (running?.attempt !== attempt || running.inputsHash === inputsHash) return undefined
    const text = `A worker sent a result of other inputs than it was given (${inputsHash}, expected ${running.inputsHash}); it was dropped.`
    return { type: 'job.log', job, attempt, level: 'warn', message: text }
  }

  #filed({ job, attempt, problem }: JobFiled, session: HostSession | undefined): JobMessage[] {
    const filing = this.#filing.get(job)
    if (filing?.attempt !== attempt || filing.session !== session) return []
    this.#filing.delete(job)
    session?.settled()
    return problem === undefined ? [] : [{ type: 'job.log', job, attempt, level: 'warn', message: problem }]
  }

  /** Settles what was on a worker that is gone. */
  sessionLost(session: HostSession, loss: Loss): void {
    this.#sessions.delete(session)
    for (const [job, filing] of this.#filing) if (filing.session === session) this.#filing.delete(job)
    const now = this.#nowMs()
    const settled: JobSettled[] = []
    for (const running of this.#running.values())
      if (running.session === session) settled.push(settlementOf(running, now, lossOf(running, now, loss)))
    this.receive(settled, session)
  }

  /** An attempt that waited is to be taken by some session after all. */
  again(template: JobTemplate, job: JobAssignment): void {
    this.#options.assign([job], (session, part) => this.#send(session, template, part), template)
  }

  get runningCount(): number {
    return this.#running.size
  }

  /** The attempt at a job that has not settled. */
  runningAttempt(job: number): Readonly<Running> | undefined {
    return this.#running.get(job)
  }

  /** Adds the sessions that hold an attempt which should have settled long ago. */
  addOverdue(now: number, into: Set<HostSession>): void {
    for (const { session, overdueAt } of this.#running.values())
      if (session !== undefined && overdueAt < now) into.add(session)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    if (this.#options.leavesRunning) this.#running.clear()
    else this.cancel([...this.#running.keys()], 'released')
    await new Promise<void>(resolve => {
      this.#onDrained = resolve
      this.#checkDrained()
    })
    this.#state = 'closed'
    for (const session of this.#sessions) session.closeRun(this.opening.address)
    this.#sessions.clear()
    await this.#options.onClosed()
    await this.blobs.release().catch(() => undefined)
  }

  #register(jobs: readonly JobAssignment[], template: JobTemplate, session: HostSession | undefined): void {
    const startedAt = this.#nowMs()
    const overdueAt = this.#overdueAt(template.timeoutMs)
    for (const assignment of jobs) {
      const { job, attempt, inputsHash } = assignment
      const waiting = this.#mayWait(assignment) ? this.#running.get(job) : undefined
      if (waiting?.attempt === attempt) {
        waiting.session = session
        waiting.startedAt = startedAt
        waiting.overdueAt = overdueAt
      } else
        this.#running.set(job, { job, attempt, inputsHash, session, startedAt, overdueAt, reason: 'timeout' })
    }
  }

  /** A session takes jobs; some may have waited for it, and been cancelled meanwhile. */
  #send(session: HostSession, template: JobTemplate, jobs: readonly JobAssignment[]): void {
    const mayWait = this.#mayWait
    const isWanted = (job: JobAssignment) => !mayWait(job) || this.#isWanted(job)
    const wanted = jobs.every(isWanted) ? jobs : jobs.filter(isWanted)
    if (wanted.length === 0) return
    session.dispatch(this, template, wanted)
    this.#sessions.add(session)
    this.#register(wanted, template, session)
  }

  #isWaiting({ job, attempt }: AttemptAddress): boolean {
    const running = this.#running.get(job)
    return running !== undefined && running.attempt === attempt && running.session === undefined
  }

  #isWanted(address: AttemptAddress): boolean {
    return this.#isWaiting(address) && this.#running.get(address.job)?.reason === 'timeout'
  }

  #settleWaiting(waiting: readonly Running[]): void {
    const now = this.#nowMs()
    const error: JobError = { code: 'cancelled', message: 'Cancelled.' }
    this.receive(
      waiting.map(running => settlementOf(running, now, { state: 'failed', error })),
      undefined,
    )
  }

  #overdueAt(timeoutMs: number): number {
    return this.#nowMs() + timeoutMs + this.#options.abortGraceMs + OVERDUE_MARGIN_MS
  }

  #isCurrent(message: JobMessage, session: HostSession | undefined): boolean {
    const running = this.#running.get(message.job)
    if (running?.attempt !== message.attempt || running.session !== session) return false
    if (message.type === 'job.settled') {
      this.#running.delete(message.job)
      if (message.isFiling) this.#filing.set(message.job, running)
      else session?.settled()
    }
    return true
  }

  #checkDrained(): void {
    if (this.#running.size === 0 && this.#filing.size === 0) this.#onDrained?.()
  }
}
