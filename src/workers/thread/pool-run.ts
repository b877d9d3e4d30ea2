import { performance } from 'node:perf_hooks'
import { ShowrunnerError } from '../../model/error/error.js'
import type {
  CancelReason,
  JobAssignment,
  JobExecutor,
  JobFiled,
  JobMessage,
  JobSettled,
  JobTemplate,
} from '../../model/job.js'
import type { JobError } from '../../model/movie/event.js'
import type { BlobAccess, ReleasableBlobs } from '../attempt/output/blob-access.js'
import type { InlineRunner } from '../inline/inline-runner.js'
import { type Flight, type Loss, lossOf, settlementOf } from './flight.js'
import { isSuspect } from './quarantine.js'
import type { SessionRun, ThreadSession } from './thread-session.js'

/** How often the pool looks for overdue attempts, at most. */
export const WATCHDOG_PERIOD_MS = 1_000

export interface PoolRunOptions {
  readonly info: SessionRun
  readonly blobs: ReleasableBlobs
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
  /** Settled jobs whose results are on the way to the cache, with their threads. */
  readonly #filing = new Map<number, ThreadSession | undefined>()
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
      this.#options.inline.start(template, jobs)
      this.#register(jobs, template, { session: undefined, isWaiting: false })
      return
    }
    const suspects = jobs.filter(isSuspect)
    this.#register(suspects, template, { session: undefined, isWaiting: true })
    try {
      this.#options.assign(jobs, (session, part) => this.#send(session, template, part))
    } catch (error) {
      // Jobs that no thread has got will never settle, and nobody must wait for them.
      for (const { job } of suspects) if (this.#flights.get(job)?.isWaiting) this.#flights.delete(job)
      throw error
    }
  }

  cancel(jobs: readonly number[], reason: CancelReason): void {
    const bySession = new Map<ThreadSession | undefined, number[]>()
    const overdueAt = this.#overdueAt(0)
    const waiting: Flight[] = []
    for (const job of jobs) {
      const flight = this.#flights.get(job)
      if (flight === undefined) continue
      flight.reason = reason
      if (flight.isWaiting) {
        waiting.push(flight)
        continue
      }
      flight.overdueAt = Math.min(flight.overdueAt, overdueAt)
      const group = bySession.get(flight.session)
      if (group === undefined) bySession.set(flight.session, [job])
      else group.push(job)
    }
    for (const [session, group] of bySession) {
      if (session === undefined) this.#options.inline.cancel(group, reason)
      else session.cancel(this.#options.info.run, group, reason)
    }
    // Not inside this call: nobody expects to hear of it before it returns.
    if (waiting.length > 0) setImmediate(() => this.#settleWaiting(waiting))
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    const flight = this.#flights.get(job)
    if (flight?.attempt !== attempt) return
    if (flight.session === undefined) this.#options.inline.acknowledgeCheckpoint(job, attempt, requestNumber)
    else flight.session.acknowledgeCheckpoint(this.#options.info.run, job, attempt, requestNumber)
  }

  /** Messages of one thread, or (without a session) of the host. Those of attempts that have settled are dropped. */
  receive(messages: readonly (JobMessage | JobFiled)[], session: ThreadSession | undefined): void {
    const current: JobMessage[] = []
    for (const message of messages) {
      if (message.type === 'job.filed') current.push(...this.#filed(message))
      else if (this.#isCurrent(message, session) && this.#state === 'open') current.push(message)
    }
    if (current.length > 0) this.#options.onMessages(current)
    this.#checkDrained()
  }

  #filed({ job, problem }: JobFiled): JobMessage[] {
    const session = this.#filing.get(job)
    if (!this.#filing.delete(job)) return []
    session?.settled()
    return problem === undefined ? [] : [{ type: 'job.log', job, level: 'warn', message: problem }]
  }

  /** Settles what was on a thread that died. */
  sessionEnded(session: ThreadSession, loss: Loss): void {
    this.#sessions.delete(session)
    for (const [job, its] of this.#filing) if (its === session) this.#filing.delete(job)
    const now = performance.now()
    const settled: JobSettled[] = []
    for (const flight of this.#flights.values()) {
      if (flight.session === session) settled.push(settlementOf(flight, now, lossOf(flight, now, loss)))
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
    await this.#options.blobs.release().catch(() => undefined)
    this.#options.onClosed(this)
  }

  #register(
    jobs: readonly JobAssignment[],
    template: JobTemplate,
    place: Pick<Flight, 'session' | 'isWaiting'>,
  ): void {
    const startedAt = performance.now()
    const overdueAt = this.#overdueAt(template.timeoutMs)
    const { session, isWaiting } = place
    for (const { job, attempt } of jobs)
      this.#flights.set(job, { job, attempt, session, isWaiting, startedAt, overdueAt, reason: 'timeout' })
  }

  /** A thread takes jobs; suspects may have waited for it, and been cancelled meanwhile. */
  #send(session: ThreadSession, template: JobTemplate, jobs: readonly JobAssignment[]): void {
    const wanted = jobs.filter(job => !isSuspect(job) || this.#isWaiting(job))
    if (wanted.length === 0) return
    session.dispatch(this.#options.info, template, wanted)
    this.#sessions.add(session)
    this.#register(wanted, template, { session, isWaiting: false })
  }

  #isWaiting({ job, attempt }: JobAssignment): boolean {
    const flight = this.#flights.get(job)
    return flight?.isWaiting === true && flight.attempt === attempt && flight.reason !== 'cancelled'
  }

  #settleWaiting(flights: readonly Flight[]): void {
    const now = performance.now()
    const error: JobError = { code: 'cancelled', message: 'Cancelled.' }
    this.receive(
      flights.map(flight => settlementOf(flight, now, { state: 'failed', error })),
      undefined,
    )
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
      if (message.isFiling) this.#filing.set(message.job, session)
      else session?.settled()
    }
    return true
  }

  #checkDrained(): void {
    if (this.#flights.size === 0 && this.#filing.size === 0) this.#onDrained?.()
  }
}
