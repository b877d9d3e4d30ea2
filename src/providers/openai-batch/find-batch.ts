import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenAiClient } from './openai-client.js'
import { steadily } from './steady-call.js'

/** Pages of 100 batches that are searched for one whose id was lost. */
const OPENAI_BATCH_LOOKUP_PAGES = 50
/** A batch whose id was lost is looked for so often before it counts as never created. */
const OPENAI_BATCH_LOOKUPS = 3

/** Where a batch carries the number that its jobs knew before it was created. */
export const NONCE_KEY = 'showrunner_nonce'
/** Their clock and ours. */
const CLOCK_SKEW_SECONDS = 3_600

export interface LostBatch {
  readonly nonce: string
  /** Milliseconds since 1970 when it was about to be created. */
  readonly submittedAt: number
}

const searches = new WeakMap<OpenAiClient, Map<string, Promise<string | undefined>>>()

/**
 * The id of the batch that was created with this nonce, if it was: its jobs know only that they were about
 * to create it. Jobs that ask for the same one at the same time share one search.
 */
export async function findBatch(
  client: OpenAiClient,
  lost: LostBatch,
  delayMs: number,
): Promise<string | undefined> {
  let ofClient = searches.get(client)
  if (ofClient === undefined) {
    ofClient = new Map()
    searches.set(client, ofClient)
  }
  let search = ofClient.get(lost.nonce)
  if (search === undefined) {
    search = searchFor(client, lost, delayMs).finally(() => ofClient.delete(lost.nonce))
    ofClient.set(lost.nonce, search)
  }
  return await search
}

async function searchFor(
  client: OpenAiClient,
  lost: LostBatch,
  delayMs: number,
): Promise<string | undefined> {
  for (let look = 1; look <= OPENAI_BATCH_LOOKUPS; look++) {
    // A list may be a little behind.
    if (look > 1) await sleep(delayMs)
    const found = await steadily(() => searchOnce(client, lost), { baseDelayMs: delayMs })
    if (found !== undefined) return found
  }
  return undefined
}

async function searchOnce(
  client: OpenAiClient,
  { nonce, submittedAt }: LostBatch,
): Promise<string | undefined> {
  const earliest = submittedAt / 1_000 - CLOCK_SKEW_SECONDS
  let page = await client.batches.list({ limit: 100 })
  for (let count = 1; ; count++) {
    const found = page.data.find(({ metadata }) => metadata?.[NONCE_KEY] === nonce)
    if (found !== undefined) return String(found.id)
    const oldest = page.data.at(-1)
    // Newest first: what follows is older still.
    if (oldest === undefined || oldest.created_at < earliest) return undefined
    if (count === OPENAI_BATCH_LOOKUP_PAGES || !page.hasNextPage()) return undefined
    page = await page.getNextPage()
  }
}
