/** The contract of provider modules, `showrunner/testing`: a list of checks for any test runner. */
export type {
  ContractCheck,
  ContractInput,
  ContractRequest,
  FailureKind,
  FakeService,
  ProviderContractOptions,
  ProviderUnderTest,
} from './testing/contract-options.js'
export { providerContract, runProviderContract } from './testing/provider-contract.js'
