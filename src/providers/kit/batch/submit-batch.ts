import type { BatchApi, BatchSubmission } from './batch-api.js'
import { findBatch } from './find-batch.js'

/** How often one batch is created while nobody knows whether it was. */
const BATCH_CREATE_ATTEMPTS = 3

/**
 * Creates a batch. When the answer to that is lost, the batch is looked for by its nonce before it is created again.
 * @returns its id, or undefined when nobody wants it any more
 */
export async function submitBatch(
  service: BatchApi,
  submission: BatchSubmission,
  pollMs: number,
): Promise<string | undefined> {
  const { failures } = service
  const { delayMs } = submission
  const isStillWanted = () => submission.isStillWanted()
  const create = await service.prepare(submission)
  for (let attempt = 1; ; attempt++) {
    if (!isStillWanted()) return undefined
    try {
      return await create()
    } catch (error) {
      if (!failures.isAmbiguous(error)) throw failures.meaningOf(error)
      const found = await findBatch(service, submission, { delayMs, pollMs, isStillWanted })
      if (found !== undefined) return found
      if (attempt >= BATCH_CREATE_ATTEMPTS) throw failures.meaningOf(error)
    }
  }
}
