import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import { TIMER_LIMIT_MS } from '../../model/clock.js'
import { isShowrunnerError } from '../../model/error/error.js'
import { isWorkerLost } from '../../model/error/worker-lost-error.js'
import type {
  AttemptCancelReason,
  JobAssignment,
  JobLog,
  JobMessage,
  JobOutcome,
  JobProgress,
  JobSettled,
  JobTemplate,
} from '../../model/job.js'
import type { JsonValue } from '../../model/json.js'
import type { AnswerOutputs, BlobRef, JobError } from '../../model/movie/event.js'
import type { RateLimitReport } from '../../model/provider/rate-limit.js'
import { SHORTAGE_WAY_OUT, type Shortage } from '../../model/shortage/shortage.js'
import { SHORTAGE_PATIENCE_MS } from '../../model/shortage/with-patience.js'
import { type Account, accountOfError } from './account.js'
import { abortError } from './failure/abort-error.js'
import { failedAnswer } from './failure/failed-answer.js'
import { toJobError } from './failure/job-error.js'
import { boundedText, type Redact, readableError } from './failure/plain-text.js'
import { PendingCheckpoints } from './pending-checkpoints.js'

/** What an attempt tells the runner it belongs to. */
export interface AttemptOwner {
  readonly abortGraceMs: number
  readonly send: (message: JobMessage) => void
  onSettled(attempt: Attempt): void
  /** The provider ignored its abort; its code may still run. */
  onStuck(attempt: Attempt): void
}

/**
 * One execution of a job, from its start to the one `job.settled` message it sends. It is *producing* until
 * the provider has answered, then *storing* what it made, then *settled*; whatever comes later is dropped.
 * The timeout covers producing only: a result that has arrived is paid for and is kept.
 */
export class Attempt {
  readonly template: JobTemplate
  readonly assignment: JobAssignment
  readonly redact: Redact
  readonly #owner: AttemptOwner
  readonly #startedAt = performance.now()
  #phase: 'producing' | 'storing' | 'settled' = 'producing'
  #abortReason: AttemptCancelReason | undefined
  // Most attempts need none of these, and each costs more than a small job.
  #controller: AbortController | undefined
  #checkpoints: PendingCheckpoints | undefined
  #made: Map<string, { readonly sizeBytes: number; readonly head: Uint8Array }> | undefined
  #timer: NodeJS.Timeout | undefined
  #shortSinceMs: number | undefined
  #resume: JsonValue | undefined
  /** The limits that the last response stated. */
  limits: RateLimitReport | undefined

  constructor(template: JobTemplate, assignment: JobAssignment, redact: Redact, owner: AttemptOwner) {
    this.template = template
    this.assignment = assignment
    this.redact = redact
    this.#owner = owner
  }

  /** Starts its timeout, now that it waits. One that has its answer already needs none: a timer costs more than a small job. */
  watch(): void {
    if (this.#phase !== 'producing' || this.#timer !== undefined) return
    const timeoutMs = Math.min(this.template.timeoutMs, TIMER_LIMIT_MS)
    this.#timer = setTimeout(() => this.abort('timeout'), timeoutMs)
  }

  get isSettled(): boolean {
    return this.#phase === 'settled'
  }

  get checkpoints(): PendingCheckpoints {
    this.#checkpoints ??= new PendingCheckpoints()
    return this.#checkpoints
  }

  /** @param head the first bytes of it */
  addBlob({ hash, sizeBytes }: BlobRef, head: Uint8Array): void {
    this.#made ??= new Map()
    this.#made.set(hash, { sizeBytes, head })
  }

  /** A blob that this attempt has stored. */
  madeBlob(hash: string): { readonly sizeBytes: number; readonly head: Uint8Array } | undefined {
    return this.#made?.get(hash)
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      // One provider may well start a dozen calls with it.
      setMaxListeners(0, this.#controller.signal)
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortError())
    }
    return this.#controller.signal
  }

  /** The provider is called only now, so its time starts now. */
  restart(): void {
    if (this.#phase === 'producing' && this.#abortReason === undefined) this.#timer?.refresh()
  }

  /** Whether a call for which this machine had no room may be repeated; logs why the job waits. */
  isToBeTriedAgain(shortage: Shortage): boolean {
    if (this.#phase !== 'producing' || this.#abortReason !== undefined) return false
    const nowMs = performance.now()
    if (this.#shortSinceMs === undefined) {
      this.#shortSinceMs = nowMs
      this.send({
        type: 'job.log',
        level: 'warn',
        message: `${SHORTAGE_WAY_OUT[shortage]} The job waits for others to end.`,
      })
    }
    return nowMs - this.#shortSinceMs < SHORTAGE_PATIENCE_MS
  }

  /** The last checkpoint, for a call that is repeated. */
  recorded(checkpoint: JsonValue): void {
    this.#resume = checkpoint
  }

  get resume(): JsonValue | undefined {
    return this.#resume ?? this.assignment.resume
  }

  /** Tells the provider to stop, and settles the attempt without it when the grace is over. */
  abort(reason: AttemptCancelReason): void {
    if (this.#phase === 'settled') return
    if (this.#phase === 'producing' && this.#abortReason !== undefined) return
    this.#abortReason = reason
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveUp(), this.#owner.abortGraceMs)
    this.#controller?.abort(this.#abortError())
  }

  /** The provider has answered: from here on only a cancellation can end the attempt early. */
  produced(): void {
    this.#phase = 'storing'
    if (this.#abortReason === undefined || this.#abortReason === 'timeout') clearTimeout(this.#timer)
  }

  /** @param isFiling its result is on the way to the cache */
  succeed(outcome: Extract<JobOutcome, { state: 'succeeded' }>, isFiling = false): void {
    this.#settle(outcome, isFiling)
  }

  /** Settles with an answer that its check does not accept. */
  reject(reasons: readonly string[], rejected: AnswerOutputs, account: Account): void {
    const message = boundedText(reasons.join('\n'), this.redact)
    const isAnswered = account.costUsd === undefined && { isAnswered: true as const }
    this.#settle({
      state: 'failed',
      error: { code: 'rejected', message },
      ...account,
      ...isAnswered,
      rejected,
    })
  }

  /**
   * Settles with what was thrown; after an abort, with the abort's reason.
   * @param account what the provider said of the answer that it had given before
   * @param result that answer
   */
  fail(reason: unknown, account?: Account, result?: unknown): void {
    if (this.#phase === 'settled') return
    const thrown = readableError(reason)
    const error = this.#errorOf(thrown)
    if (error.code === 'bug' && thrown instanceof Error && typeof thrown.stack === 'string') {
      this.send({ type: 'job.log', level: 'debug', message: boundedText(thrown.stack, this.redact) })
    }
    const isOfStore = isShowrunnerError(thrown)
    const isSoleSuspect = isWorkerLost(thrown) && thrown.isSoleSuspect
    const isStoreFull = isOfStore && thrown.code === 'STORE_FULL'
    const told = account ?? accountOfError(thrown)
    // What cannot be used was answered all the same.
    const isAnswered = account !== undefined || error.code === 'rejected'
    const answer = isOfStore ? undefined : failedAnswer(thrown, result, this.redact)
    this.#settle({
      state: 'failed',
      error,
      ...told,
      ...(isAnswered && told.costUsd === undefined && { isAnswered: true }),
      ...(answer !== undefined && { answer }),
      ...(isOfStore && { isOfStore }),
      ...(isSoleSuspect && { isSoleSuspect }),
      ...(isStoreFull && { storeFull: thrown.message }),
    })
    // Stops calls that the provider started beside the one that failed: nobody should pay for them.
    this.#controller?.abort(this.#abortError())
  }

  /** Passes a message on, unless the attempt has settled. */
  send(message: Omit<JobLog, 'job' | 'attempt'> | Omit<JobProgress, 'job' | 'attempt'>): void {
    const { job, attempt } = this.assignment
    if (this.#phase !== 'settled') this.#owner.send({ ...message, job, attempt })
  }

  /** A provider whose attempt is over must not go on spending. */
  throwIfSettled(): void {
    if (this.#phase === 'settled') throw this.#abortError()
  }

  #giveUp(): void {
    const wasProducing = this.#phase === 'producing'
    this.fail(this.#abortError())
    if (wasProducing) this.#owner.onStuck(this)
  }

  #settle(outcome: JobOutcome, isFiling = false): void {
    if (this.#phase === 'settled') return
    this.#phase = 'settled'
    clearTimeout(this.#timer)
    this.#checkpoints?.rejectAll(this.#abortError())
    const { job, attempt } = this.assignment
    const durationMs = Math.round((performance.now() - this.#startedAt) * 100) / 100
    const settled: JobSettled = { type: 'job.settled', job, attempt, durationMs, outcome }
    const { limits } = this
    const isPlain = limits === undefined && !isFiling
    this.#owner.send(
      isPlain ? settled : { ...settled, ...(limits && { limits }), ...(isFiling && { isFiling }) },
    )
    this.#owner.onSettled(this)
  }

  #errorOf(thrown: unknown): JobError {
    const error = toJobError(thrown, this.redact)
    if (this.#abortReason === undefined) return error
    const { message } = this.#abortError()
    const isEcho = thrown instanceof Error && /^(Abort|Timeout)Error$/.test(thrown.name)
    return {
      code: this.#abortReason === 'timeout' ? 'timeout' : 'cancelled',
      message: isEcho ? message : `${message} The provider ended with: ${error.message}`,
    }
  }

  #abortError(): DOMException {
    return abortError(this.#abortReason, this.template.timeoutMs)
  }
}
