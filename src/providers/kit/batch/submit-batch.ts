import type { BatchApi, BatchSubmission } from './batch-api.js'
import { findBatch } from './find-batch.js'

/** How often one batch is created while nobody knows whether it was. */
const BATCH_CREATE_ATTEMPTS = 3

/** A batch that certainly was not created, and why. */
export class BatchRefusedError extends Error {
  override readonly name = 'BatchRefusedError'
  constructor(cause: unknown) {
    super('The batch was not created.', { cause })
  }
}

/**
 * Creates a batch. When the answer to that is lost, the batch is looked for by its nonce before it is created again.
 * @returns its id, or undefined when nobody wants it any more
 * @throws BatchRefusedError when there is no such batch; anything else when nobody knows
 */
export async function submitBatch(
  service: BatchApi,
  submission: BatchSubmission,
  pollMs: number,
): Promise<string | undefined> {
  const { failures } = service
  const { delayMs } = submission
  const isStillWanted = () => submission.isStillWanted()
  const create = await service.prepare(submission).catch(error => {
    throw new BatchRefusedError(error)
  })
  for (let attempt = 1; ; attempt++) {
    if (!isStillWanted()) return undefined
    try {
      return await create()
    } catch (error) {
      if (!failures.isAmbiguous(error)) throw new BatchRefusedError(failures.meaningOf(error))
      const found = await findBatch(service, submission, { delayMs, pollMs, isStillWanted })
      if (found !== undefined) return found
      if (attempt >= BATCH_CREATE_ATTEMPTS) throw failures.meaningOf(error)
    }
  }
}
