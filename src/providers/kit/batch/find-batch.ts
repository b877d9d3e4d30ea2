import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchApi, BatchIntent } from './batch-api.js'
import { steadily } from './steady-call.js'

/** A batch whose id was lost is looked for so often before it counts as never created. */
const BATCH_LOOKUPS = 3

/** Who looks for a batch. */
export interface BatchSearcher {
  readonly delayMs: number
  /** Between two looks while only time can tell. */
  readonly pollMs: number
  isStillWanted(): boolean
  /** Told why the search goes on. */
  onUndecided?(reason: string): void
}

interface Search {
  readonly outcome: Promise<string | undefined>
  readonly searchers: Set<BatchSearcher>
}

const searches = new WeakMap<BatchApi, Map<string, Search>>()

/**
 * The id of the batch that was created with this nonce, if it was: its jobs know only that they were about
 * to create it. Jobs that ask for the same one at the same time share one search.
 */
export async function findBatch(
  service: BatchApi,
  lost: BatchIntent,
  searcher: BatchSearcher,
): Promise<string | undefined> {
  let ofService = searches.get(service)
  if (ofService === undefined) {
    ofService = new Map()
    searches.set(service, ofService)
  }
  let search = ofService.get(lost.nonce)
  if (search === undefined) {
    const searchers = new Set([searcher])
    const outcome = searchFor(service, lost, searchers).finally(() => ofService.delete(lost.nonce))
    search = { outcome, searchers }
    ofService.set(lost.nonce, search)
  }
  search.searchers.add(searcher)
  return await search.outcome
}

async function searchFor(
  service: BatchApi,
  lost: BatchIntent,
  searchers: ReadonlySet<BatchSearcher>,
): Promise<string | undefined> {
  const [{ delayMs, pollMs }] = searchers as unknown as [BatchSearcher]
  const { failures } = service
  for (let looks = 1; ; ) {
    const found = await steadily(() => service.find(lost), { failures, baseDelayMs: delayMs })
    if (found.state === 'found') return found.batchId
    const isWanted = [...searchers].some(each => each.isStillWanted())
    if (!isWanted || (found.state === 'absent' && ++looks > BATCH_LOOKUPS)) return undefined
    if (found.state === 'undecided') for (const { onUndecided } of searchers) onUndecided?.(found.reason)
    // A list may be a little late.
    await sleep(found.state === 'undecided' ? pollMs : delayMs)
  }
}
