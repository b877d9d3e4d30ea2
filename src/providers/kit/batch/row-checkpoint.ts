import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import type { BatchIntent } from './batch-api.js'

/** Where a job's request is, as its checkpoint has it. */
export interface BatchRow extends BatchIntent {
  readonly customId: string
  /** Absent while nobody knows whether the batch was created. */
  readonly batchId?: string
  /** Of the request in the batch, from 1. */
  readonly line?: number
}

/** A request in a batch that was created. */
export type BatchPlace = BatchRow & { readonly batchId: string }

export const placeCheckpoint = (place: BatchRow): JsonObject => ({ ...place })

/** The place that a checkpoint names; undefined when the job has none, or what it had came to nothing. */
export function readPlace(checkpoint: JsonValue | undefined): BatchRow | undefined {
  if (!isJsonObject(checkpoint)) return undefined
  const { customId, nonce, submittedAt, rowCount, batchId, line } = checkpoint
  if (typeof customId !== 'string' || typeof nonce !== 'string' || typeof submittedAt !== 'number')
    return undefined
  return {
    customId,
    nonce,
    submittedAt,
    ...(typeof rowCount === 'number' && { rowCount }),
    ...(typeof batchId === 'string' && { batchId }),
    ...(typeof line === 'number' && { line }),
  }
}

/** Says that the batch which the job was about to be in was not created. */
export const refusedCheckpoint = (nonce: string): JsonObject => ({ refused: nonce })

/** Says that a batch gave no answer, so that the next attempt does not wait for it again. */
export const supersededCheckpoint = (batchId: string, isOnlineNext: boolean): JsonObject => ({
  superseded: batchId,
  ...(isOnlineNext && { isOnlineNext }),
})

export const isOnlineNext = (checkpoint: JsonValue | undefined): boolean =>
  isJsonObject(checkpoint) && checkpoint.isOnlineNext === true
