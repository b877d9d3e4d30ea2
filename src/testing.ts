/** The contracts of providers and of stores, `showrunner/testing`: lists of checks for any test runner. */
export type { ContractCheck } from './testing/contract-check.js'
export type {
  ContractInput,
  ContractRequest,
  FailureKind,
  FakeService,
  ProviderContractOptions,
  ProviderUnderTest,
} from './testing/contract-options.js'
export { providerContract, runProviderContract } from './testing/provider-contract.js'
export { runStoreContract, type StoreUnderTest, storeContract } from './testing/store/store-contract.js'
