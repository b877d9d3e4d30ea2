import { isBlobRef } from '../model/blob-ref.js'
import type { BlobRef } from '../model/event.js'
import { idempotencyKey } from '../model/job.js'
import type { JsonValue } from '../model/json.js'
import { ATTEMPT_LOG_LIMIT, CHECKPOINT_LIMIT_BYTES, PROGRESS_INTERVAL_MS } from '../model/limit.js'
import { isMimeType } from '../model/mime-type.js'
import type { ProduceContext } from '../model/provider.js'
import { ProviderError } from '../model/provider-error.js'
import type { Attempt } from './attempt.js'
import type { BlobAccess } from './blob-access.js'
import { boundedText } from './job-error.js'
import { jsonFault } from './json-fault.js'
import { kindOf } from './output-check.js'

/** Sends a checkpoint on its way to the log. */
export type SendCheckpoint = (requestNumber: number, checkpoint: JsonValue) => void

/** The context of one attempt. Its methods do not need `this`, so that a provider can take it apart. */
export function produceContext(
  attempt: Attempt,
  blobs: BlobAccess,
  sendCheckpoint: SendCheckpoint,
): ProduceContext {
  let progressAt = Number.NEGATIVE_INFINITY
  let logCount = 0
  return {
    get signal() {
      return attempt.signal
    },
    get idempotencyKey() {
      return idempotencyKey(attempt.template, attempt.assignment)
    },
    resume: attempt.assignment.resume,
    async checkpoint(value) {
      attempt.throwIfSettled()
      checkCheckpoint(value)
      await attempt.checkpoints.request(requestNumber => sendCheckpoint(requestNumber, value))
    },
    async blob(data, mimeType) {
      attempt.throwIfSettled()
      if (!isMimeType(mimeType)) {
        throw new ProviderError('bug', `context.blob() needs a MIME type, but got ${kindOf(mimeType)}.`)
      }
      const blob = await blobs.put(data, mimeType)
      attempt.addBlob(blob)
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
      const text = note === undefined ? {} : { note: boundedText(String(note), attempt.redact) }
      attempt.send({ type: 'job.progress', fraction: clamped, ...text })
    },
    log(level, message) {
      if (++logCount > ATTEMPT_LOG_LIMIT) return
      const isLast = logCount === ATTEMPT_LOG_LIMIT
      const text = isLast
        ? 'Too many log lines; the rest is dropped.'
        : boundedText(String(message), attempt.redact)
      attempt.send({ type: 'job.log', level, message: text })
    },
  }
}

function checkCheckpoint(value: unknown): asserts value is JsonValue {
  const fault = jsonFault(value)
  if (fault !== undefined) throw new ProviderError('bug', `A checkpoint must be JSON, but it has ${fault}.`)
  const sizeBytes = Buffer.byteLength(JSON.stringify(value))
  if (sizeBytes <= CHECKPOINT_LIMIT_BYTES) return
  throw new ProviderError(
    'too_large',
    `A checkpoint has ${sizeBytes} bytes; ${CHECKPOINT_LIMIT_BYTES} are allowed. Keep the provider's job id in it, not its result.`,
  )
}

function checkedRef(blob: unknown): BlobRef {
  if (isBlobRef(blob)) return blob
  throw new ProviderError(
    'bug',
    `Expected a blob reference of an input or of context.blob(), got ${kindOf(blob)}.`,
  )
}
