import assert from 'node:assert/strict'
import type { JobOutcome } from '../model/job.js'
import { ABORT_GRACE_MS } from '../model/provider/attempt-limits.js'
import type { Provider } from '../model/provider/provider.js'
import { ContractJob } from './contract-attempt.js'
import type { ContractRequest, ProviderContractOptions } from './contract-options.js'

const DEFAULT_TIMEOUT_MS = 10_000

/** The provider and what its author has told of it. */
export class ContractSubject {
  readonly options: ProviderContractOptions
  readonly abortGraceMs: number
  readonly #provider: Provider
  readonly #timeoutMs: number

  constructor(provider: Provider, options: ProviderContractOptions) {
    this.#provider = provider
    this.options = options
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
    this.abortGraceMs = options.abortGraceMs ?? ABORT_GRACE_MS
  }

  /** A new job, with an idempotency key of its own. */
  job(overlay: Partial<ContractRequest> = {}): ContractJob {
    const limits = { timeoutMs: this.#timeoutMs, abortGraceMs: this.abortGraceMs }
    return new ContractJob(this.#provider, { ...this.options.request, ...overlay }, limits)
  }

  /** A new job that takes long, if the provider can do such a thing. */
  slowJob(): ContractJob {
    return this.job(this.options.slow)
  }
}

type Success = Extract<JobOutcome, { state: 'succeeded' }>

/** @throws AssertionError with what the attempt ended with */
export function succeeded(outcome: JobOutcome, doing = 'The request'): Success {
  if (outcome.state === 'succeeded') return outcome
  assert.fail(`${doing} should succeed, but it ended with ${describeOutcome(outcome)}`)
}

export const describeOutcome = (outcome: JobOutcome): string =>
  outcome.state === 'succeeded' ? 'success.' : `${outcome.error.code}: ${outcome.error.message}`
