import assert from 'node:assert/strict'
import type { ContractCheck } from './contract-check.js'
import type { FailureKind } from './contract-options.js'
import { type ContractSubject, describeOutcome, succeeded } from './contract-subject.js'

const DEFAULT_FAILURES: readonly FailureKind[] = ['rate_limited', 'overloaded']
/** What says that another attempt at the same request is of no use. */
const REFUSALS = ['invalid', 'auth', 'content', 'too_large']

/** The failures that the fake service can be asked for. */
export function failuresOf({ options: { service } }: ContractSubject): readonly FailureKind[] {
  return service?.failNext === undefined ? [] : (service.failures ?? DEFAULT_FAILURES)
}

/** A failure is told for what it is, at once: the engine decides about the next attempt. */
export function failureChecks(subject: ContractSubject): ContractCheck[] {
  return failuresOf(subject).map(kind => ({
    name: `says ${kind} when its service does`,
    async run() {
      const job = subject.job()
      await subject.options.service!.failNext!(kind)
      const outcome = await job.run()
      const isTold = outcome.state === 'failed' && outcome.error.code === kind
      assert.ok(
        isTold,
        `The service failed (${kind}), and the provider ended with ${describeOutcome(outcome)}${
          outcome.state === 'succeeded' ? ' Retries are for the engine: turn those of an SDK off.' : ''
        }`,
      )
      succeeded(await job.run(), 'The attempt after the failure')
    },
  }))
}

export function refusalChecks(subject: ContractSubject): ContractCheck[] {
  return Object.entries(subject.options.refused ?? {}).map(([name, request]) => ({
    name: `refuses ${name}`,
    async run() {
      const outcome = await subject.job(request).run()
      assert.ok(
        outcome.state === 'failed' && REFUSALS.includes(outcome.error.code),
        `Expected a ProviderError ${REFUSALS.join(', ')}, got ${describeOutcome(outcome)}`,
      )
    },
  }))
}
