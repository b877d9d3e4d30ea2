import type { AsyncLocalStorage } from 'node:async_hooks'
import {
  type AttemptAddress,
  type AttemptCancelReason,
  assignedJobId,
  type JobAssignment,
  type JobFiled,
  type JobMessage,
  type JobTemplate,
  type ProducedArtifact,
  type ProviderCode,
} from '../../model/job.js'
import type { JsonObject } from '../../model/json.js'
import type { Feedback } from '../../model/provider/feedback.js'
import type { InputValue, ProduceRequest, Provider } from '../../model/provider/provider.js'
import { recordedWorkKey } from '../../model/run/idempotency-key.js'
import { type Account, accountOf } from './account.js'
import { Attempt, type AttemptOwner } from './attempt.js'
import { callWithRoom } from './call-with-room.js'
import { rejectionOf } from './check/rejection-of.js'
import { inTrace } from './in-trace.js'
import { loadFeedback } from './input/load-feedback.js'
import { loadInputs } from './input/load-inputs.js'
import { JobReuse, type OpenCache } from './job-reuse.js'
import { AttemptSink } from './output/attempt-sink.js'
import type { BlobAccess } from './output/blob-access.js'
import { threadCollector } from './output/buffer-collector.js'
import { collectArtifacts } from './output/collect-artifacts.js'
import { collectedBlobs } from './output/collected-blobs.js'
import { produceContext, type SendCheckpoint } from './produce-context.js'
import { type ShortageGate, threadGate } from './shortage-gate.js'
import { type TemplateSetup, templateSetup } from './template-setup.js'

export interface JobRunnerOptions {
  /** Absolute folder that relative paths in configs start from. */
  readonly baseFolder: string
  readonly blobs: BlobAccess
  /** @see ABORT_GRACE_MS */
  readonly abortGraceMs: number
  /** @see INLINE_LIMIT_BYTES */
  readonly inlineLimitBytes: number
  /** The provider, at once when its code is loaded. */
  provider(code: ProviderCode): Provider | Promise<Provider>
  readonly send: (message: JobMessage) => void
  /** Follows the settlement of a job that says `isFiling`. */
  onFiled?(filed: JobFiled): void
  /** Absent: no cache is looked at, whatever a template says. */
  readonly openCache?: OpenCache
  /** A provider ignored its abort; its attempt has settled without it. */
  onStuck?(): void
  /** Shared by all that call providers in this thread. */
  readonly gate?: ShortageGate
  /** Carries the running attempt through asynchronous calls, to name the culprit of an uncaught error. */
  readonly scope?: AsyncLocalStorage<Attempt>
}

/**
 * Executes attempts of one run in the thread it lives in: a worker's, or the host's for inline providers.
 * Each attempt settles exactly once, whatever its provider does, as long as the thread's event loop turns.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #running = new Map<number, Attempt>()
  readonly #setups = new WeakMap<JobTemplate, TemplateSetup>()
  readonly #blobs: BlobAccess
  readonly #owner: AttemptOwner
  readonly #reuse: JobReuse | undefined
  readonly #gate: ShortageGate

  constructor(options: JobRunnerOptions) {
    this.#options = options
    this.#blobs = collectedBlobs(options.blobs, threadCollector())
    this.#gate = options.gate ?? threadGate()
    this.#reuse = options.openCache && new JobReuse(options.openCache, this.#blobs)
    this.#owner = {
      abortGraceMs: options.abortGraceMs,
      send: options.send,
      onStuck: () => options.onStuck?.(),
      onSettled: attempt => {
        const { job } = attempt.assignment
        if (this.#running.get(job) === attempt) this.#running.delete(job)
      },
    }
  }

  start(template: JobTemplate, assignments: readonly JobAssignment[]): void {
    const { redact } = this.#setupOf(template)
    const { scope } = this.#options
    for (const assignment of assignments) {
      const attempt = new Attempt(template, assignment, redact, this.#owner)
      // #run never rejects: what goes wrong in it settles the attempt.
      void (scope === undefined ? this.#run(attempt) : scope.run(attempt, () => this.#run(attempt)))
      if (attempt.isSettled) continue
      this.#running.set(assignment.job, attempt)
      attempt.watch()
    }
  }

  cancel(attempts: readonly AttemptAddress[], reason: AttemptCancelReason): void {
    for (const address of attempts) this.#attemptAt(address)?.abort(reason)
  }

  cancelAll(reason: AttemptCancelReason): void {
    for (const attempt of [...this.#running.values()]) attempt.abort(reason)
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    this.#attemptAt({ job, attempt })?.checkpoints.acknowledge(requestNumber)
  }

  #attemptAt({ job, attempt }: AttemptAddress): Attempt | undefined {
    const running = this.#running.get(job)
    return running?.assignment.attempt === attempt ? running : undefined
  }

  async #run(attempt: Attempt): Promise<void> {
    let account: Account | undefined
    let result: unknown
    const reuse = attempt.template.isReusable ? this.#reuse : undefined
    try {
      const reused = reuse && (await reuse.find(attempt))
      if (attempt.isSettled) return
      if (reused !== undefined && !(await this.#isRejected(attempt, reused))) {
        attempt.produced()
        attempt.succeed({ state: 'succeeded', artifacts: reused, costUsd: 0, reused: 'cache' })
        return
      }
      const loading = this.#options.provider(attempt.template.provider)
      const provider = loading instanceof Promise ? await loading : loading
      const loadingInputs = this.#inputsOf(attempt)
      const inputs = loadingInputs instanceof Promise ? await loadingInputs : loadingInputs
      const feedback =
        attempt.assignment.feedback === undefined
          ? NO_FEEDBACK
          : await loadFeedback(attempt.template.outputs, attempt.assignment.feedback, blob =>
              this.#blobs.read(blob),
            )
      if (attempt.isSettled) return
      const { config, fault, storesBlobs, told } = this.#setupOf(attempt.template)
      if (fault) throw fault
      // Before the first call, whose sockets may take all file descriptors that loading the store needs.
      if (storesBlobs) await this.#blobs.open?.()
      const request = this.#requestOf(attempt, inputs, config)
      const { traceparent } = attempt.assignment
      const context = this.#contextOf(attempt, feedback)
      const call = () => inTrace(traceparent, () => provider.produce(request, context))
      const calling = callWithRoom(this.#gate, attempt, call)
      result = calling instanceof Promise ? await calling : calling
      if (attempt.isSettled) return
      attempt.produced()
      account = accountOf(result)
      const sink = new AttemptSink(attempt, this.#blobs, this.#options.inlineLimitBytes, told)
      const collected = collectArtifacts(attempt.template.outputs, result, sink)
      const artifacts = collected instanceof Promise ? await collected : collected
      if (attempt.template.check !== undefined) {
        const rejection = await rejectionOf(attempt.template, request, context, artifacts)
        if (rejection !== undefined) {
          attempt.reject(rejection.reasons, rejection.outputs, account)
          return
        }
      }
      attempt.succeed({ state: 'succeeded', artifacts, ...account }, reuse !== undefined)
      // Only now: a result that is paid for does not wait for a cache.
      if (reuse !== undefined) await this.#file(attempt, reuse, artifacts)
    } catch (error) {
      attempt.fail(error, account, result)
    }
  }

  async #file(attempt: Attempt, reuse: JobReuse, artifacts: readonly ProducedArtifact[]): Promise<void> {
    const problem = await reuse.keep(attempt, artifacts)
    const { job, attempt: number } = attempt.assignment
    this.#options.onFiled?.({ type: 'job.filed', job, attempt: number, ...(problem && { problem }) })
  }

  #inputsOf({ assignment }: Attempt) {
    if (assignment.loads === undefined) return assignment.inputs
    return loadInputs(assignment, blob => this.#blobs.read(blob))
  }

  /** A result of another job was not looked at by this job's check. */
  async #isRejected(attempt: Attempt, artifacts: readonly ProducedArtifact[]): Promise<boolean> {
    if (attempt.template.check === undefined) return false
    const request = this.#requestOf(attempt, await this.#inputsOf(attempt), {})
    const context = this.#contextOf(attempt, NO_FEEDBACK)
    return (await rejectionOf(attempt.template, request, context, artifacts)) !== undefined
  }

  #contextOf(attempt: Attempt, feedback: readonly Feedback[]) {
    const { job, attempt: number } = attempt.assignment
    const key = recordedWorkKey(attempt.template, attempt.assignment)
    const send: SendCheckpoint = (requestNumber, checkpoint, isOver) =>
      this.#options.send({
        ...{ type: 'job.checkpoint', job, attempt: number, requestNumber, checkpoint },
        ...(isOver && { isOver }),
        ...(key && { workKey: key }),
      })
    return produceContext(attempt, this.#blobs, send, feedback)
  }

  #requestOf(
    { template, assignment }: Attempt,
    inputs: Readonly<Record<string, InputValue>>,
    config: JsonObject,
  ): ProduceRequest {
    const indices: Record<string, number> = {}
    for (const [position, loop] of template.loops.entries()) indices[loop] = assignment.indices[position]!
    return {
      movieId: template.movieId,
      jobId: assignedJobId(template, assignment),
      producer: template.producer,
      indices,
      inputs,
      outputs: template.outputs,
      model: template.model,
      config,
      baseFolder: this.#options.baseFolder,
      attempt: assignment.attempt,
    }
  }

  #setupOf(template: JobTemplate): TemplateSetup {
    let setup = this.#setups.get(template)
    if (setup === undefined) {
      setup = templateSetup(template, this.#options.baseFolder)
      this.#setups.set(template, setup)
    }
    return setup
  }
}

const NO_FEEDBACK: readonly Feedback[] = Object.freeze([])
