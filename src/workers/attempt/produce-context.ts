import { isBlobRef } from '../../model/blob-ref.js'
import type { JsonValue } from '../../model/json.js'
import { BlobHead } from '../../model/media/blob-head.js'
import { isMimeType } from '../../model/media/mime-type.js'
import type { BlobRef } from '../../model/movie/event.js'
import { PROGRESS_INTERVAL_MS } from '../../model/provider/attempt-limits.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { Feedback } from '../../model/provider/feedback.js'
import { LOG_LEVELS, type ProduceContext } from '../../model/provider/provider.js'
import { readRateLimits } from '../../model/provider/read-rate-limits.js'
import { idempotencyKey } from '../../model/run/idempotency-key.js'
import { CHECKPOINT_LIMIT_BYTES } from '../../model/value-limits.js'
import type { Attempt } from './attempt.js'
import { boundedText, plainText } from './failure/plain-text.js'
import type { BlobAccess } from './output/blob-access.js'
import { jsonFault } from './output/json-fault.js'
import { kindOf } from './output/output-check.js'

/** Log lines of one attempt that are passed on; further ones are dropped. */
const ATTEMPT_LOG_LIMIT = 1_000

/** Sends a checkpoint on its way to the log. */
export type SendCheckpoint = (requestNumber: number, checkpoint: JsonValue, isOver: boolean) => void

/** The context of one attempt. Its methods do not need `this`, so that a provider can take it apart. */
export function produceContext(
  attempt: Attempt,
  blobs: BlobAccess,
  sendCheckpoint: SendCheckpoint,
  feedback: readonly Feedback[],
): ProduceContext {
  let progressAt = Number.NEGATIVE_INFINITY
  let logCount = 0
  const record = async (value: JsonValue, isOver: boolean) => {
    attempt.throwIfSettled()
    const own = ownCheckpoint(value)
    await attempt.checkpoints.request(requestNumber => sendCheckpoint(requestNumber, own, isOver))
    attempt.recorded(own)
  }
  return Object.assign(new LateParts(attempt), {
    feedback,
    resume: attempt.resume,
    traceparent: attempt.assignment.traceparent,
    checkpoint(value, options) {
      const recorded = record(value, options?.isOver === true)
      // A provider may not wait for it, and it may still be rejected, at the latest at the end of the attempt.
      recorded.catch(() => {})
      return recorded
    },
    async blob(data, mimeType) {
      attempt.throwIfSettled()
      if (!isMimeType(mimeType)) {
        throw new ProviderError('bug', `context.blob() needs a MIME type, but got ${kindOf(mimeType)}.`)
      }
      const head = new BlobHead()
      const blob = await blobs.put(head.passed(checkedBytes(data)), mimeType)
      attempt.addBlob(blob, head.bytes)
      return blob
    },
    async read(blob) {
      attempt.throwIfSettled()
      return await blobs.read(checkedRef(blob))
    },
    readStream(blob) {
      attempt.throwIfSettled()
      return blobs.readStream(checkedRef(blob))
    },
    progress(fraction, note) {
      const now = performance.now()
      if (!Number.isFinite(fraction) || now - progressAt < PROGRESS_INTERVAL_MS) return
      progressAt = now
      const clamped = Math.min(1, Math.max(0, fraction))
      const text = note === undefined ? {} : { note: boundedText(plainText(note), attempt.redact) }
      attempt.send({ type: 'job.progress', fraction: clamped, ...text })
    },
    responseHeaders(headers) {
      attempt.limits = readRateLimits(headers, Date.now()) ?? attempt.limits
    },
    log(level, message) {
      if (++logCount > ATTEMPT_LOG_LIMIT) return
      const isLast = logCount === ATTEMPT_LOG_LIMIT
      const text = isLast
        ? 'Too many log lines; the rest is dropped.'
        : boundedText(plainText(message), attempt.redact)
      attempt.send({ type: 'job.log', level: LOG_LEVELS.includes(level) ? level : 'info', message: text })
    },
  } satisfies Omit<ProduceContext, 'signal' | 'idempotencyKey'>)
}

const ATTEMPT = Symbol('attempt')

/**
 * What of a context is made when a provider asks for it, or copies the context. The getters are the same for all
 * contexts: those of an object literal are new functions each time, which takes longer than a small job. They find their
 * attempt by a property, since a provider may wrap the context in any way.
 */
class LateParts {
  static readonly #signal = {
    enumerable: true,
    get(this: LateParts): AbortSignal {
      return this[ATTEMPT].signal
    },
  }
  static readonly #idempotencyKey = {
    enumerable: true,
    get(this: LateParts): string {
      const { template, assignment } = this[ATTEMPT]
      return idempotencyKey(template, assignment)
    },
  }
  declare readonly signal: AbortSignal
  declare readonly idempotencyKey: string
  declare readonly [ATTEMPT]: Attempt

  constructor(attempt: Attempt) {
    Object.defineProperty(this, ATTEMPT, { value: attempt })
    Object.defineProperty(this, 'signal', LateParts.#signal)
    Object.defineProperty(this, 'idempotencyKey', LateParts.#idempotencyKey)
  }
}

/** The value as it is now, whatever the provider does to its object from now on. */
function ownCheckpoint(value: unknown): JsonValue {
  const fault = jsonFault(value)
  if (fault !== undefined) throw new ProviderError('bug', `A checkpoint must be JSON, but it has ${fault}.`)
  const text = JSON.stringify(value)
  const sizeBytes = Buffer.byteLength(text)
  if (sizeBytes <= CHECKPOINT_LIMIT_BYTES) return JSON.parse(text) as JsonValue
  throw new ProviderError(
    'too_large',
    `A checkpoint has ${sizeBytes} bytes; ${CHECKPOINT_LIMIT_BYTES} are allowed. Keep the provider's job id in it, not its result.`,
  )
}

type Bytes = Uint8Array | AsyncIterable<Uint8Array>

/** A chunk that is not bytes has a length in another unit, or none, so the wrong bytes would be stored. */
function checkedBytes(data: unknown): Bytes {
  if (data instanceof Uint8Array) return data
  const isStream =
    typeof data === 'object' &&
    data !== null &&
    typeof (data as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function'
  if (isStream) return checkedChunks(data as AsyncIterable<unknown>)
  throw notBytes('bytes (a Uint8Array) or a stream of them', data)
}

async function* checkedChunks(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw notBytes('a stream of bytes (Uint8Array)', chunk)
    yield chunk
  }
}

function notBytes(expected: string, got: unknown): ProviderError {
  const hint = typeof got === 'string' ? ' For a text, give new TextEncoder().encode(text).' : ''
  return new ProviderError('bug', `context.blob() needs ${expected}, but got ${kindOf(got)}.${hint}`)
}

function checkedRef(blob: unknown): BlobRef {
  if (isBlobRef(blob)) return blob
  throw new ProviderError(
    'bug',
    `Expected a blob reference of an input or of context.blob(), got ${kindOf(blob)}.`,
  )
}
