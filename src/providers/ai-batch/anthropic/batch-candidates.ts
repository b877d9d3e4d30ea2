import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { BatchIntent } from '../../kit/batch/batch-api.js'
import type { VendorHttp } from '../vendor-http.js'

/** Pages of 100 batches that are searched for one whose id was lost. */
const ANTHROPIC_LOOKUP_PAGES = 50
/** Anthropic's clock and ours. */
const CLOCK_SKEW_MS = 3_600_000

/** Parts of a batch. */
export interface MessageBatch {
  readonly id: string
  readonly processing_status: 'in_progress' | 'canceling' | 'ended'
  readonly created_at: string
  readonly cancel_initiated_at?: string | null
  readonly results_url?: string | null
  readonly request_counts?: Readonly<Record<string, number>>
}

interface Sought extends BatchIntent {
  /** Milliseconds since 1970: our call to create it was over. */
  readonly soughtSince: number
}

/** How many requests a batch has, in whatever state. */
export const requestCount = ({ request_counts: counts = {} }: MessageBatch): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/**
 * The batches of the account that may be the one that is sought: created in the time in question, with as many
 * requests. Newest first.
 * @throws ProviderError `overloaded` when there are too many to look through: that it is not there would be a guess
 */
export async function* candidatesOf(http: VendorHttp, sought: Sought): AsyncGenerator<MessageBatch> {
  const earliest = sought.submittedAt - CLOCK_SKEW_MS
  const latest = sought.soughtSince + CLOCK_SKEW_MS
  let cursor = ''
  for (let count = 0; count < ANTHROPIC_LOOKUP_PAGES; count++) {
    const { body } = await http.json(`/messages/batches?limit=100${cursor}`)
    const batches = (body.data ?? []) as unknown as readonly MessageBatch[]
    for (const batch of batches) {
      const createdAt = Date.parse(batch.created_at)
      if (createdAt < earliest) return
      if (createdAt <= latest && isOfSize(batch, sought.rowCount)) yield batch
    }
    if (body.has_more !== true || typeof body.last_id !== 'string') return
    cursor = `&after_id=${encodeURIComponent(body.last_id)}`
  }
  throw new ProviderError('overloaded', 'There are too many newer batches to find the one that was lost.')
}

/** A batch may not have been counted yet. */
function isOfSize(batch: MessageBatch, rowCount: number | undefined): boolean {
  const total = requestCount(batch)
  return rowCount === undefined || total === 0 || total === rowCount
}
