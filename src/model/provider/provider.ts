import type { JsonObject, JsonValue } from '../json.js'
import type { BlobRef } from '../movie/event.js'
import type { Feedback } from './feedback.js'
import type { HeaderSource } from './rate-limit.js'
import type { SettingsMistake, SettingsRequest } from './settings-check.js'

/** An input value as a provider sees it: JSON, or a {@link BlobRef} for artifacts of a MIME type. */
export type InputValue = JsonValue | BlobRef | readonly InputValue[] | { readonly [key: string]: InputValue }

/** What the blueprint asks of one output. */
export interface OutputRequest {
  /** `text`, `json`, `number`, `boolean` or a MIME type. */
  readonly type: string
  /** Present for outputs spread over a loop: the provider returns a list of exactly this length (row-major). */
  readonly count?: number
}

/** One attempt at one job. Everything in it is plain data. */
export interface ProduceRequest {
  /** The movie's name. */
  readonly movieId: string
  /** `Producer:Picture[3]` */
  readonly jobId: string
  /** The producer's name. */
  readonly producer: string
  /** 0-based index by loop name. */
  readonly indices: Readonly<Record<string, number>>
  /** Values by their `with` names; an optional reference that is absent has no key. */
  readonly inputs: Readonly<Record<string, InputValue>>
  /** What is asked for, by name: every one of them must be returned, and no other. */
  readonly outputs: Readonly<Record<string, OutputRequest>>
  /** The model that the blueprint or the config names. */
  readonly model: string | undefined
  /** The provider's config, overridden by the blueprint's, with its secrets in place. */
  readonly config: JsonObject
  /** Absolute folder that relative paths in `config` start from: the blueprint's. */
  readonly baseFolder: string
  /** From 1. */
  readonly attempt: number
}

/** Bytes a provider hands over with the result, for good; stored before the job settles. */
export interface OutputBytes {
  /** Not empty. They are taken over: do not change them afterwards. */
  readonly bytes: Uint8Array
  /** What the bytes are said to be; they are looked at. */
  readonly mimeType: string
}

/** What an output may be: JSON for values, bytes or a stored blob for MIME types. */
export type OutputValue = JsonValue | BlobRef | OutputBytes | readonly (JsonValue | BlobRef | OutputBytes)[]

/** What a provider returns. */
export interface ProduceResult {
  /** By output name. Every requested output is there, and no other. */
  readonly outputs: Readonly<Record<string, OutputValue>>
  /**
   * What the provider counted. A price is applied to `inputTokens`, `outputTokens`, `images`, `seconds` and
   * `characters`; anything else is kept as it is.
   */
  readonly usage?: JsonObject
  /** In US dollars. */
  readonly costUsd?: number
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
/** `warn` and `error` are shown while a run lasts. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What else is said with a checkpoint. */
export interface CheckpointOptions {
  /**
   * Nothing is under way at the service any more: the next attempt is told the value, and is a call of its own, for
   * limits and budgets as well.
   * @default false
   */
  readonly isOver?: boolean
}

/** What a provider can do besides returning a result. */
export interface ProduceContext {
  /** Aborted on cancel and on timeout; settle soon after. */
  readonly signal: AbortSignal
  /** The same for every attempt at the same work; another one after it succeeded once, and for each {@link feedback}. */
  readonly idempotencyKey: string
  /**
   * Answers to the same inputs that were rejected, by a `check` or by a person, and why; oldest first. Empty unless the
   * job is asked again. The next answer should be another one: a provider that ignores this will be rejected again.
   */
  readonly feedback: readonly Feedback[]
  /** The last value given to {@link checkpoint} for the same inputs, also from an earlier process. */
  readonly resume: JsonValue | undefined
  /**
   * Records the provider's own job id. Durable in the log when it resolves, so that a crash re-attaches
   * instead of paying twice. Await it: with 64 that are not durable yet, a further one is refused.
   * @throws ProviderError `bug` for what is no JSON or too many at once, `too_large`
   */
  checkpoint(value: JsonValue, options?: CheckpointOptions): Promise<void>
  /** Stores bytes of any size; resolves when they are durable. */
  blob(data: Uint8Array | AsyncIterable<Uint8Array>, mimeType: string): Promise<BlobRef>
  /** Reads a blob, whole. @throws ShowrunnerError `BLOB_MISSING`, `BLOB_CORRUPT` */
  read(blob: BlobRef): Promise<Uint8Array>
  /** Reads a blob as a stream of chunks. */
  readStream(blob: BlobRef): AsyncIterable<Uint8Array>
  /** `fraction` between 0 and 1. */
  progress(fraction: number, note?: string): void
  /** Adds a line to the notes of the job; secrets are blanked out. */
  log(level: LogLevel, message: string): void
  /**
   * Where the attempt stands in a trace, as W3C Trace Context writes it, for calls of your own that are traced;
   * undefined when the run is not.
   */
  readonly traceparent: string | undefined
  /** Hands on what a response's headers say of rate limits, so that the engine keeps to them. */
  responseHeaders(headers: HeaderSource): void
}

/** Code that makes artifacts. A provider module exports one as its default, or a function named `produce`. */
export interface Provider {
  /**
   * Finds what is wrong with a producer's settings when a run is planned, before anything is called. Asked of
   * built-in and inline providers; a module of your own is loaded only by the threads that run it.
   */
  check?(request: SettingsRequest): readonly SettingsMistake[]
  /** Makes the outputs of one job. Throw a {@link ProviderError} to say how a failure is to be treated. */
  produce(request: ProduceRequest, context: ProduceContext): Promise<ProduceResult> | ProduceResult
}

/** Makes the outputs of one job. */
export type ProduceFunction = Provider['produce']
