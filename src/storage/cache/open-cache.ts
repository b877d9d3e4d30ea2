import type { Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import { ResultCache } from './result-cache.js'

/**
 * Opens the cache at a store's URL. What a power loss leaves of it is found damaged and regenerated, so its writes
 * need not wait for the disk. @throws ShowrunnerError `STORE_UNSUPPORTED`
 */
export async function openCache(
  url: string,
  openStore: (url: string, options: StoreOptions) => Promise<Store>,
): Promise<ResultCache> {
  return new ResultCache(await openStore(url, { durability: 'process' }))
}
