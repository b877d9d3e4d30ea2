import { valueHash } from '../../../src/model/hash.js'
import {
  type AttemptCancelReason,
  assignedJobId,
  type JobAssignment,
  type JobExecutor,
  type JobMessage,
  type JobOutcome,
  type JobTemplate,
} from '../../../src/model/job.js'
import type { Executor } from '../../../src/workers/executor.js'
import { workKey } from '../../../src/workers/fleet/wire/work-key.js'
import type { PaidService, Protection } from './paid-service.js'
import type { SimulatedProcess } from './simulated-process.js'

export interface SimulatedWork {
  readonly service: PaidService
  readonly process: SimulatedProcess
  protectionOf(jobId: string): Protection
  /** Milliseconds of a call to the service, and of its work. */
  callMs(): number
  workMs(): number
  onStarted?(work: string, token: number): void
}

/** What a job makes of its inputs. */
export const madeOf = (jobId: string, inputs: object): string => `${jobId} of ${JSON.stringify(inputs)}`

/** Stands for the threads of a host: each attempt calls the service, and says what comes of it. */
export function simulatedExecutor(site: SimulatedWork): Executor {
  return {
    openRun: ({ address, onMessages }) => new SimulatedJobs(site, address.token, onMessages),
    prepare() {},
    eventLoops: () => new Map(),
    async close() {},
    async [Symbol.asyncDispose]() {},
  }
}

interface Attempt {
  readonly address: { readonly job: number; readonly attempt: number }
  readonly abort: AbortController
  onDurable: () => void
}

class SimulatedJobs implements JobExecutor {
  readonly freePlaces = Number.POSITIVE_INFINITY
  readonly #site: SimulatedWork
  readonly #token: number
  readonly #onMessages: (messages: readonly JobMessage[]) => void
  readonly #running = new Map<number, Attempt>()

  constructor(site: SimulatedWork, token: number, onMessages: (messages: readonly JobMessage[]) => void) {
    this.#site = site
    this.#token = token
    this.#onMessages = onMessages
  }

  dispatch(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    for (const { job, attempt, ...rest } of jobs) {
      const running = { address: { job, attempt }, abort: new AbortController(), onDurable: () => {} }
      this.#running.set(job, running)
      const stopTimer = this.#site.process.clock.startTimer(template.timeoutMs, () =>
        running.abort.abort('timeout'),
      )
      const startedAtMs = this.#site.process.clock.monotonicMs()
      void this.#outcome(template, { job, attempt, ...rest }, running).then(outcome => {
        stopTimer()
        if (this.#running.get(job) === running) this.#running.delete(job)
        const durationMs = this.#site.process.clock.monotonicMs() - startedAtMs
        this.#onMessages([{ type: 'job.settled', job, attempt, durationMs, outcome }])
      })
    }
  }

  cancel(jobs: readonly number[], reason: AttemptCancelReason): void {
    for (const job of jobs) this.#running.get(job)?.abort.abort(reason)
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    const running = this.#running.get(job)
    if (running?.address.attempt === attempt && requestNumber === REQUEST) running.onDurable()
  }

  recorded(): void {}

  async close(): Promise<void> {
    this.cancel([...this.#running.keys()], 'released')
  }

  async #outcome(template: JobTemplate, assignment: JobAssignment, running: Attempt): Promise<JobOutcome> {
    const { service, process, protectionOf, callMs, workMs, onStarted } = this.#site
    const jobId = assignedJobId(template, assignment)
    const key = workKey(jobId, assignment.inputsHash, assignment.generation)
    const protection = protectionOf(jobId)
    const { signal } = running.abort
    onStarted?.(key, this.#token)
    let remote = (assignment.resume as { readonly id: string } | undefined)?.id
    for (;;) {
      if (remote === undefined) {
        await process.wait(callMs())
        if (signal.aborted) return stopped(signal.reason)
        remote = await new Promise<string>(resolve => {
          // The service is reached when the queue is not.
          process.act(() => {
            const isKeyed = protection === 'key' || protection === 'both'
            resolve(service.submit(key, { key: isKeyed ? key : undefined, token: this.#token }, workMs()))
          })
        })
        await process.wait(callMs())
        if ((protection === 'checkpoint' || protection === 'both') && !signal.aborted)
          await this.#checkpoint(running, { id: remote })
      }
      if (signal.aborted) {
        if (signal.reason === 'cancelled') service.cancel(remote)
        return stopped(signal.reason)
      }
      const leftMs = service.poll(remote)
      if (leftMs === 0) break
      if (leftMs === undefined) remote = undefined
      else await Promise.race([process.wait(leftMs), aborted(signal)])
    }
    await process.wait(callMs())
    const value = madeOf(jobId, assignment.inputs)
    const artifact = { output: 'Text', index: 0, value, hash: valueHash(value) }
    return { state: 'succeeded', artifacts: [artifact] }
  }

  async #checkpoint({ address, abort }: Attempt, checkpoint: { readonly id: string }): Promise<void> {
    const running = this.#running.get(address.job)!
    const durable = new Promise<void>(resolve => {
      running.onDurable = resolve
    })
    this.#onMessages([{ type: 'job.checkpoint', ...address, requestNumber: REQUEST, checkpoint }])
    await Promise.race([durable, aborted(abort.signal)])
  }
}

/** Each attempt has one checkpoint. */
const REQUEST = 1

const stopped = (reason: AttemptCancelReason): JobOutcome => {
  const code = reason === 'timeout' ? 'timeout' : 'cancelled'
  return { state: 'failed', error: { code, message: `It was ${reason}.` } }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
