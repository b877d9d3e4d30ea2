import { asProvider, providerOf } from '../model/provider/provider-module.js'
import { abortChecks, resumeCheck } from './abort-checks.js'
import { billChecks } from './bill-checks.js'
import { type ContractCheck, runChecks } from './contract-check.js'
import type { ProviderContractOptions, ProviderUnderTest } from './contract-options.js'
import { ContractSubject } from './contract-subject.js'
import { failureChecks, refusalChecks } from './failure-checks.js'
import { largeOutputCheck, outputChecks } from './output-checks.js'
import { secretCheck } from './secret-check.js'

/**
 * What the engine relies on, as checks for any test runner; which ones depends on what `options` tell of the
 * provider. Each runs the provider like a worker does, with its blobs in memory, one job after the other.
 * @throws TypeError when this is no provider
 */
export function providerContract(
  provider: ProviderUnderTest,
  options: ProviderContractOptions,
): ContractCheck[] {
  const produce = asProvider(provider) ?? providerOf(provider)
  if (produce === undefined) {
    throw new TypeError(
      'Expected a function, an object with produce(), or a module that exports one as its default.',
    )
  }
  const subject = new ContractSubject(produce, options)
  return [
    ...outputChecks(subject),
    ...abortChecks(subject),
    ...billChecks(subject),
    ...resumeCheck(subject),
    ...failureChecks(subject),
    ...refusalChecks(subject),
    ...largeOutputCheck(subject),
    ...secretCheck(subject),
  ]
}

/**
 * Runs all checks of {@link providerContract}, one after the other.
 * @throws AggregateError whose message names every check that failed; its `errors` are theirs
 */
export async function runProviderContract(
  provider: ProviderUnderTest,
  options: ProviderContractOptions,
): Promise<void> {
  await runChecks('The provider', providerContract(provider, options))
}
