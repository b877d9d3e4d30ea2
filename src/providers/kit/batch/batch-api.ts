import type { JsonObject } from '../../../model/json.js'
import type { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { HeaderSource } from '../../../model/provider/rate-limit.js'

/** A batch that was about to be created, as its jobs have it on record. */
export interface BatchIntent {
  /** Random, made for this batch alone; the service can find the batch by it. */
  readonly nonce: string
  /** Milliseconds since 1970 when it was about to be created. */
  readonly submittedAt: number
  /** The most requests that it can have; absent in older records. */
  readonly rowCount?: number
}

export interface BatchSubmission extends BatchIntent {
  /** One request a line, as {@link BatchApi.requestLine} gives it. */
  readonly lines: readonly string[]
  /** Delay before a step that costs nothing is repeated. */
  readonly delayMs: number
  /** False once every job of the batch has ended: creating it would be paying for nobody. */
  isStillWanted(): boolean
}

/** The step that costs. @returns the id of the batch, or undefined when nobody wants it any more */
export type CreateBatch = () => Promise<string | undefined>

/**
 * What a search for a batch has come to. `undecided`: it may be one that has to end before its requests can be read,
 * so that creating it again now might be paying twice.
 */
export type FoundBatch =
  | { readonly state: 'found'; readonly batchId: string }
  | { readonly state: 'absent' }
  | { readonly state: 'undecided'; readonly reason: string }

/** What has become of one request of a batch. */
export type RowResult =
  | { readonly state: 'answered'; readonly body: object }
  | { readonly state: 'refused'; readonly error: ProviderError }
  /** Not tried, or in vain: nothing was paid. */
  | { readonly state: 'undone'; readonly reason: string }

/** One line of what a batch has answered. */
export interface AnsweredRow {
  readonly customId: string
  readonly sizeBytes: number
  readonly result: () => RowResult
}

/** Answers that are downloaded as one. */
export interface AnswerFile {
  /** For messages: `The file file-1 of the batch batch_1`. */
  readonly what: string
  /** In any order. What is no row is left out. */
  rows(): AsyncIterable<AnsweredRow> | Iterable<AnsweredRow>
}

export interface RunningBatch {
  readonly state: 'running'
  /** The service's word. */
  readonly status: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly doneCount: number
  /** 0 while the service has not counted them. */
  readonly totalCount: number
}

export interface EndedBatch {
  readonly state: 'ended'
  readonly isCancelled: boolean
  readonly files: readonly AnswerFile[]
  /** What holds for a request that none of the files speaks of; by its line, from 1, if that is known. */
  withoutRow(line: number | undefined): RowResult
}

/** What the errors of a service's client mean. */
export interface ServiceFailures {
  /** The error as the engine knows it; errors of others are left as they are. */
  meaningOf(error: unknown): unknown
  /** The headers of a failed response. */
  headersOf(error: unknown): HeaderSource | undefined
  /** Whether the service may have done what it was asked for, though it did not say so: anything but a clear refusal. */
  isAmbiguous(error: unknown): boolean
  /** Whether the API itself says that there is no such batch or file. */
  isGone(error: unknown): boolean
}

/**
 * A vendor's batch API, for one set of credentials: each call is tried once, and nothing is remembered. Who asks
 * decides what is repeated, so that the rules of paying once stand in one place for all vendors.
 */
export interface BatchApi {
  readonly failures: ServiceFailures
  /** The id that a request has in its batch. @param line of the request, from 1 */
  customId(idempotencyKey: string, nonce: string, line: number): string
  /** A request as it stands in a batch. @param body JSON */
  requestLine(customId: string, body: string): string
  /** Everything that has to be done before the batch is created and costs nothing. */
  prepare(submission: BatchSubmission): Promise<CreateBatch>
  /** Looks for a batch whose id was lost. */
  find(intent: BatchIntent): Promise<FoundBatch>
  look(batchId: string): Promise<RunningBatch | EndedBatch>
  cancel(batchId: string, signal: AbortSignal): Promise<void>
  /** Asks for one answer at once, at the full price. */
  askOnline(
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<{ readonly body: object; readonly headers: HeaderSource }>
}
