import { performance } from 'node:perf_hooks'
import { ShowrunnerError } from '../model/error.js'
import type { JobError } from '../model/event.js'
import type {
  CancelReason,
  JobAssignment,
  JobExecutor,
  JobMessage,
  JobSettled,
  JobTemplate,
} from '../model/job.js'
import { WATCHDOG_PERIOD_MS } from '../model/limit.js'
import type { BlobAccess } from './blob-access.js'
import type { InlineRunner } from './inline-runner.js'
import type { SessionRun, ThreadSession } from './thread-session.js'

/** An attempt on its way. */
interface Flight {
  readonly job: number
  readonly attempt: number
  /** Undefined: an inline provider runs it in the host. */
  readonly session: ThreadSession | undefined
  readonly startedAt: number
  /** After this moment, on the monotonic clock, something is wrong with its thread. */
  overdueAt: number
  reason: CancelReason
}

export interface PoolRunOptions {
  readonly info: SessionRun
  readonly blobs: BlobAccess
  readonly inline: InlineRunner
  readonly abortGraceMs: number
  onMessages(messages: readonly JobMessage[]): void
  /** Splits jobs over the threads. */
  assign(
    jobs: readonly JobAssignment[],
    take: (session: ThreadSession, jobs: readonly JobAssignment[]) => void,
  ): void
  /** The run takes part in nothing any more. */
  onClosed(run: PoolRun): void
}

/** One run in the pool: knows where each of its attempts is, and sees that each settles exactly once. */
export class PoolRun implements JobExecutor {
  readonly #options: PoolRunOptions
  readonly #flights = new Map<number, Flight>()
  readonly #sessions = new Set<ThreadSession>()
  #state: 'open' | 'closing' | 'closed' = 'open'
  #onDrained: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor(options: PoolRunOptions) {
    this.#options = options
  }

  get blobs(): BlobAccess {
    return this.#options.blobs
  }

  dispatch(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    if (this.#state !== 'open') {
      throw new ShowrunnerError('ENGINE_CLOSED', 'Jobs were dispatched to a run that is closed.')
    }
    if (template.provider.type === 'inline') {
      this.#register(jobs, template, undefined)
      this.#options.inline.start(template, jobs)
      return
    }
    this.#options.assign(jobs, (session, part) => {
      this.#register(part, template, session)
      session.dispatch(this.#options.info, template, part)
    })
  }

  cancel(jobs: readonly number[], reason: CancelReason): void {
    const bySession = new Map<ThreadSession | undefined, number[]>()
    const overdueAt = this.#overdueAt(0)
    for (const job of jobs) {
      const flight = this.#flights.get(job)
      if (flight === undefined) continue
      flight.reason = reason
      flight.overdueAt = Math.min(flight.overdueAt, overdueAt)
      const group = bySession.get(flight.session)
      if (group === undefined) bySession.set(flight.session, [job])
      else group.push(job)
    }
    for (const [session, group] of bySession) {
      if (session === undefined) this.#options.inline.cancel(group, reason)
      else session.cancel(this.#options.info.run, group, reason)
    }
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    const flight = this.#flights.get(job)
    if (flight?.attempt !== attempt) return
    if (flight.session === undefined) this.#options.inline.acknowledgeCheckpoint(job, attempt, requestNumber)
    else flight.session.acknowledgeCheckpoint(this.#options.info.run, job, attempt, requestNumber)
  }

  /** Messages of one thread, or (without a session) of the host. Those of attempts that have settled are dropped. */
  receive(messages: readonly JobMessage[], session: ThreadSession | undefined): void {
    const current = messages.filter(message => this.#isCurrent(message, session))
    if (current.length > 0 && this.#state === 'open') this.#options.onMessages(current)
    this.#checkDrained()
  }

  /** Settles what was on a thread that died: an attempt that was overdue by its reason, the others as lost. */
  sessionEnded(session: ThreadSession, cause: string): void {
    this.#sessions.delete(session)
    const now = performance.now()
    const settled: JobSettled[] = []
    for (const flight of this.#flights.values()) {
      if (flight.session !== session) continue
      const durationMs = Math.round(now - flight.startedAt)
      const outcome = { state: 'failed', error: lossOf(flight, now, cause) } as const
      settled.push({ type: 'job.settled', job: flight.job, attempt: flight.attempt, durationMs, outcome })
    }
    this.receive(settled, session)
  }

  /** Adds the sessions that hold an attempt which should have settled long ago. */
  addOverdue(now: number, into: Set<ThreadSession>): void {
    for (const { session, overdueAt } of this.#flights.values()) {
      if (session !== undefined && overdueAt < now) into.add(session)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    this.cancel([...this.#flights.keys()], 'cancelled')
    await new Promise<void>(resolve => {
      this.#onDrained = resolve
      this.#checkDrained()
    })
    this.#state = 'closed'
    for (const session of this.#sessions) session.closeRun(this.#options.info.run)
    this.#sessions.clear()
    this.#options.onClosed(this)
  }

  #register(jobs: readonly JobAssignment[], template: JobTemplate, session: ThreadSession | undefined): void {
    const startedAt = performance.now()
    const overdueAt = this.#overdueAt(template.timeoutMs)
    for (const { job, attempt } of jobs) {
      this.#flights.set(job, { job, attempt, session, startedAt, overdueAt, reason: 'timeout' })
    }
    if (session !== undefined) this.#sessions.add(session)
  }

  /** The thread's own timers come first: they know more. */
  #overdueAt(timeoutMs: number): number {
    return performance.now() + timeoutMs + this.#options.abortGraceMs + WATCHDOG_PERIOD_MS
  }

  #isCurrent(message: JobMessage, session: ThreadSession | undefined): boolean {
    const flight = this.#flights.get(message.job)
    if (flight === undefined || flight.session !== session) return false
    if ('attempt' in message && message.attempt !== flight.attempt) return false
    if (message.type === 'job.settled') {
      this.#flights.delete(message.job)
      session?.settled()
    }
    return true
  }

  #checkDrained(): void {
    if (this.#flights.size === 0) this.#onDrained?.()
  }
}

function lossOf(flight: Flight, now: number, cause: string): JobError {
  if (flight.overdueAt >= now) {
    return {
      code: 'worker_lost',
      message: `The worker thread of this job ended before the job did: ${cause}.`,
    }
  }
  const reason = flight.reason === 'timeout' ? 'The timeout has passed' : 'The job was cancelled'
  return { code: flight.reason, message: `${reason}, and its worker thread did not react; it was ended.` }
}
