import type { EventEmitter } from 'eventemitter3'
import type { JobOutputs } from '../outputs/job-outputs.js'
import type { OutputFeed } from '../outputs/output-feed.js'
import type { RunEvents } from './run-events.js'
import type { CancelReason, RunResult } from './run-result.js'

/** Who is there to hear of the run's end. */
interface RunAudience {
  /** Somebody has asked for its result. */
  isAwaited: boolean
  /** Iterations of its outputs that are in progress: they throw what it rejects with. */
  readerCount: number
  /** It has rejected, and an iteration is still to throw that. */
  untold?: { readonly error: unknown }
}

/** The names of the producers, where a blueprint written in TypeScript says them. */
type ProducerIn<Made> = Made extends { readonly producer: infer Name extends string } ? Name : never

type OutputsFrom<Made, Name> =
  string extends ProducerIn<Made> ? Made : Extract<Made, { readonly producer: Name }>

/** What carries a run out, and tells of it. */
export interface RunParts {
  readonly work: Promise<RunResult>
  readonly audience: RunAudience
  readonly emitter: EventEmitter<RunEvents>
  readonly feed: OutputFeed
  readonly cancel: (reason: CancelReason) => void
}

/**
 * One run of a movie: a promise of its {@link RunResult}, and an async iterable of what its jobs make.
 *
 * ```ts
 * const run = engine.run({ blueprint, inputs })
 * for await (const reply of run.outputs('Reply')) console.log(reply.key, reply.Text)
 * const { status, costUsd } = await run
 * ```
 *
 * It resolves whatever the jobs did: a failed job is a count in the result. It rejects with a {@link ShowrunnerError}
 * when the run could not be carried out: invalid blueprint or inputs, movie busy, fenced, storage failed. Like any
 * promise it must be awaited, or iterated to the end: a rejection that nobody handles ends the process, with its code
 * and message.
 *
 * Breaking off an iteration does not end the run; {@link cancel} does, and so does closing the engine.
 */
export class Run<Made = JobOutputs> implements Promise<RunResult>, AsyncIterable<Made>, AsyncDisposable {
  /** As promises have it. */
  readonly [Symbol.toStringTag] = 'Run'
  readonly #parts: RunParts
  readonly #settled: Promise<void>

  constructor(parts: RunParts) {
    const { work, audience, feed } = parts
    this.#parts = parts
    this.#settled = work.then(
      () => feed.close({}),
      error => {
        feed.close({ error })
        audience.untold = { error }
        raiseUntold(audience)
      },
    )
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is a promise of its result.
  then<Fulfilled = RunResult, Rejected = never>(
    onFulfilled?: ((result: RunResult) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#parts.audience.isAwaited = true
    return this.#parts.work.then(onFulfilled, onRejected)
  }

  catch<Rejected = never>(
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<RunResult | Rejected> {
    return this.then(undefined, onRejected)
  }

  finally(onFinally?: (() => void) | null): Promise<RunResult> {
    this.#parts.audience.isAwaited = true
    return this.#parts.work.finally(onFinally)
  }

  /**
   * The result, as programs that were written for 0.1 await it.
   * @deprecated await the run itself
   */
  get finished(): Promise<RunResult> {
    return this.then()
  }

  /**
   * What the jobs of one producer have made, each as soon as it is durable; those that were there before the run, too,
   * marked `isCached`. Ends with the run, and throws what the run rejects with. What was made before this call comes
   * last, so call it right after `engine.run()`. A slow reader never holds the run up: what waits for it is a number a
   * job, and values are read when it asks for them.
   *
   * @throws ShowrunnerError `USAGE_INVALID`, with the first result: the blueprint has no such producer
   */
  outputs<Name extends ProducerIn<Made>>(producer: Name): AsyncIterableIterator<OutputsFrom<Made, Name>> {
    type Wanted = OutputsFrom<Made, Name>
    return this.#heard(this.#parts.feed.read(producer) as AsyncGenerator<Wanted, void, undefined>)
  }

  /** What all jobs have made, as {@link outputs} gives it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Made> {
    return this.#heard(this.#parts.feed.read() as AsyncGenerator<Made, void, undefined>)
  }

  async *#heard<Item>(outputs: AsyncGenerator<Item, void, undefined>): AsyncGenerator<Item, void, undefined> {
    const { audience } = this.#parts
    audience.readerCount++
    try {
      yield* outputs
    } catch (error) {
      delete audience.untold
      throw error
    } finally {
      audience.readerCount--
      raiseUntold(audience)
    }
  }

  /**
   * Listens to what happens. `artifact` and `job` come once they are durable (but `started`), `progress` at most ten
   * times a second. A listener that throws ends the run with its error, as soon as the jobs in flight are recorded.
   */
  on<Name extends keyof RunEvents>(name: Name, listener: (...event: RunEvents[Name]) => void): this {
    this.#parts.emitter.on(name, listener as never)
    return this
  }

  /** Like {@link on}, for the next event alone. */
  once<Name extends keyof RunEvents>(name: Name, listener: (...event: RunEvents[Name]) => void): this {
    this.#parts.emitter.once(name, listener as never)
    return this
  }

  /** Ends what {@link on} or {@link once} began. */
  off<Name extends keyof RunEvents>(name: Name, listener: (...event: RunEvents[Name]) => void): this {
    this.#parts.emitter.off(name, listener as never)
    return this
  }

  /** No new jobs; those in flight are aborted and recorded, and the run resolves as `cancelled`. Idempotent. */
  cancel(): void {
    this.#parts.cancel('requested')
  }

  /** Cancels the run if it is in progress, and waits for its end; what it rejects with is left to who awaits it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel()
    await this.#settled
  }
}

/** An error that nobody hears of is worse than a crash: Node tells of it as of any rejection that is not handled. */
function raiseUntold({ isAwaited, readerCount, untold }: RunAudience): void {
  if (untold !== undefined && !isAwaited && readerCount === 0) void Promise.reject(untold.error)
}
