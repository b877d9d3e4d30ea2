import { openStore } from '../open-store.js'
import { ResultCache } from './result-cache.js'

/**
 * Opens the cache at a store's URL. What a power loss leaves of it is found damaged and made anew, so its writes
 * need not wait for the disk. @throws ShowrunnerError `STORE_UNSUPPORTED`
 */
export async function openCache(url: string): Promise<ResultCache> {
  return new ResultCache(await openStore(url, { durability: 'process' }))
}
