import { type ContractCheck, runChecks } from '../contract-check.js'
import { createChecks } from './create-checks.js'
import { listingChecks } from './listing-checks.js'
import { movieChecks } from './movie-checks.js'
import type { StoreUnderTest } from './store-under-test.js'
import { wholeFileChecks } from './whole-file-checks.js'

export type { StoreUnderTest } from './store-under-test.js'

/**
 * What the engine relies on in a store's files, as checks for any test runner. Each opens a store of its own and
 * leaves it as it is: give each a folder, prefix or table of its own, and remove them all at the end.
 */
export function storeContract(open: StoreUnderTest): ContractCheck[] {
  return [...createChecks(open), ...wholeFileChecks(open), ...listingChecks(open), ...movieChecks(open)]
}

/**
 * Runs all checks of {@link storeContract}, one after the other.
 * @throws AggregateError whose message names every check that failed; its `errors` are theirs
 */
export async function runStoreContract(open: StoreUnderTest): Promise<void> {
  await runChecks('The store', storeContract(open))
}
