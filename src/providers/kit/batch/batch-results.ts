import { CutAnswersError } from './answer-lines.js'
import type { EndedBatch, RowResult } from './batch-api.js'
import { steadilyUnlessGone } from './batch-gone-error.js'
import type { Steadiness } from './steady-call.js'

/** Answers of one finished batch that a thread keeps, for jobs that ask later; more are downloaded again. */
const BATCH_KEPT_BYTES = 16 * 1024 * 1024

export interface BatchResults {
  readonly rows: ReadonlyMap<string, RowResult>
  /** False when rows that nobody waited for were left out, because all of them are too many to keep. */
  readonly areAllKept: boolean
}

/** Reads the answers of a batch that has ended: all rows that are `wanted`, and others as far as they are small. */
export async function downloadResults(
  { files }: EndedBatch,
  wanted: ReadonlySet<string>,
  steadiness: Steadiness,
): Promise<BatchResults> {
  const rows = new Map<string, RowResult>()
  let keptBytes = 0
  let areAllKept = true
  for (const file of files) {
    const readRows = async () => {
      for await (const { customId, sizeBytes, result } of file.rows()) {
        if (!wanted.has(customId) && keptBytes + sizeBytes > BATCH_KEPT_BYTES) {
          areAllKept = false
          continue
        }
        const known = rows.get(customId)
        // An answer counts, whatever else the files say of its request.
        if (known?.state === 'answered') continue
        if (known === undefined) keptBytes += sizeBytes
        rows.set(customId, result())
      }
    }
    let cutBytes: number | undefined
    const read = () =>
      readRows().catch(error => {
        // The same twice is what the service has: a request that is not in it has no answer.
        if (error instanceof CutAnswersError && !error.isOther && error.sizeBytes === cutBytes) return
        if (error instanceof CutAnswersError) cutBytes = error.sizeBytes
        throw error
      })
    await steadilyUnlessGone(file.what, read, steadiness)
  }
  return { rows, areAllKept }
}
