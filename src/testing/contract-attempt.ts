import { randomUUID } from 'node:crypto'
import type { AttemptCancelReason, JobOutcome, JobTemplate } from '../model/job.js'
import { canonicalJson, type JsonValue } from '../model/json.js'
import type { BlobRef } from '../model/movie/event.js'
import type { InputValue, Provider } from '../model/provider/provider.js'
import { sha256 } from '../model/sha256.js'
import { INLINE_LIMIT_BYTES } from '../model/value-limits.js'
import { freezeDeep } from '../workers/attempt/freeze-template.js'
import { JobRunner } from '../workers/attempt/job-runner.js'
import type { ContractInput, ContractRequest } from './contract-options.js'
import { listenToProvider } from './listen-to-provider.js'
import { MemoryBlobs } from './memory-blobs.js'

export interface ContractLimits {
  readonly timeoutMs: number
  readonly abortGraceMs: number
}

/** One job, which may be tried several times: all attempts have the same idempotency key and the same store. */
export class ContractJob {
  readonly blobs = new MemoryBlobs()
  /** Whatever the provider has said: errors, log lines, notes, checkpoints; nothing is blanked out. */
  readonly words: string[] = []
  readonly #provider: Provider
  readonly #request: ContractRequest
  readonly #limits: ContractLimits
  readonly #movieId = `contract-${randomUUID()}`
  #inputs: Promise<Readonly<Record<string, InputValue>>> | undefined
  #attempts = 0

  constructor(provider: Provider, request: ContractRequest, limits: ContractLimits) {
    this.#provider = provider
    this.#request = request
    this.#limits = limits
  }

  /** The values that the provider gets. */
  inputs(): Promise<Readonly<Record<string, InputValue>>> {
    this.#inputs ??= stored(this.#request.inputs ?? {}, this.blobs) as Promise<Record<string, InputValue>>
    return this.#inputs
  }

  /**
   * Starts the next attempt as a worker does; checkpoints are durable at once.
   * @param given.isFrozen false: what the provider changes is there to be seen
   */
  async start(given: { resume?: JsonValue; isFrozen?: boolean } = {}): Promise<ContractAttempt> {
    const inputs = await this.inputs()
    const attempt = ++this.#attempts
    const template = this.#template()
    if (given.isFrozen !== false) {
      freezeDeep(template.config)
      freezeDeep(template.outputs)
    }
    const limits = { ...this.#limits, baseFolder: this.#request.baseFolder ?? process.cwd() }
    const started = new ContractAttempt(this.#provider, template, this.blobs, limits, this.words)
    started.begin({
      job: 0,
      attempt,
      indices: [],
      inputs: given.isFrozen === false ? inputs : structuredClone(inputs),
      inputsHash: sha256(canonicalJson(inputs as JsonValue)),
      generation: 0,
      ...(given.resume !== undefined && { resume: given.resume }),
    })
    return started
  }

  async run(given: { resume?: JsonValue; isFrozen?: boolean } = {}): Promise<JobOutcome> {
    return await (await this.start(given)).outcome
  }

  #template(): JobTemplate {
    const { config = {}, outputs, model } = this.#request
    return {
      templateId: 1,
      movieId: this.#movieId,
      producer: 'Contract',
      provider: { type: 'inline', name: 'contract' },
      model,
      config: structuredClone(config),
      loops: [],
      outputs: structuredClone(outputs),
      timeoutMs: this.#limits.timeoutMs,
    }
  }
}

/** An attempt that has begun. */
export class ContractAttempt {
  readonly template: JobTemplate
  readonly outcome: Promise<JobOutcome>
  /** Resolves when the provider has been called; never, when it is not. */
  readonly called: Promise<void>
  /** The first one, once the provider knows that it is durable. */
  readonly checkpointed: Promise<JsonValue>
  /** The provider did not end within the grace. */
  isStuck = false
  readonly #runner: JobRunner

  constructor(
    provider: Provider,
    template: JobTemplate,
    blobs: MemoryBlobs,
    limits: ContractLimits & { readonly baseFolder: string },
    words: string[],
  ) {
    this.template = template
    const outcome = deferred<JobOutcome>()
    const called = deferred<void>()
    const checkpointed = deferred<JsonValue>()
    this.outcome = outcome.promise
    this.called = called.promise
    this.checkpointed = checkpointed.promise
    this.#runner = new JobRunner({
      baseFolder: limits.baseFolder,
      blobs,
      abortGraceMs: limits.abortGraceMs,
      inlineLimitBytes: INLINE_LIMIT_BYTES,
      provider: () => listenToProvider(provider, words, called.resolve),
      onStuck: () => {
        this.isStuck = true
      },
      send: message => {
        if (message.type === 'job.settled') setImmediate(() => outcome.resolve(message.outcome))
        if (message.type !== 'job.checkpoint') return
        const { job, attempt, requestNumber, checkpoint } = message
        setImmediate(() => {
          this.#runner.acknowledgeCheckpoint(job, attempt, requestNumber)
          checkpointed.resolve(checkpoint)
        })
      },
    })
  }

  begin(assignment: Parameters<JobRunner['start']>[1][number]): void {
    this.#runner.start(this.template, [assignment])
  }

  abort(reason: AttemptCancelReason): void {
    this.#runner.cancelAll(reason)
  }
}

function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}

/** The inputs with a reference in the place of bytes. */
async function stored(value: ContractInput, blobs: MemoryBlobs): Promise<InputValue> {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return await Promise.all(value.map(item => stored(item, blobs)))
  const { bytes, mimeType } = value as { bytes?: unknown; mimeType?: unknown }
  if (bytes instanceof Uint8Array) return (await blobs.put(bytes, String(mimeType))) satisfies BlobRef
  const entries = Object.entries(value).map(async ([key, item]) => [key, await stored(item, blobs)] as const)
  return Object.fromEntries(await Promise.all(entries))
}
