import assert from 'node:assert/strict'
import type { ContractCheck } from './contract-check.js'
import { type ContractSubject, succeeded } from './contract-subject.js'

/** Checks of what the service has charged for. */
export function billChecks(subject: ContractSubject): ContractCheck[] {
  const { service } = subject.options
  const chargeCount = service?.chargeCount?.bind(service)
  if (chargeCount === undefined) return []
  const once: ContractCheck = {
    name: 'is charged once for a job',
    async run() {
      const before = await chargeCount()
      succeeded(await subject.job().run())
      const charged = (await chargeCount()) - before
      assert.equal(charged, 1, `One job was charged for ${charged} times.`)
    },
  }
  if (service?.isIdempotent !== true) return [once]
  return [
    once,
    {
      name: 'is charged once for a job that is tried again',
      async run() {
        const before = await chargeCount()
        const job = subject.job()
        succeeded(await job.run(), 'The first attempt')
        succeeded(await job.run(), 'The second attempt')
        const charged = (await chargeCount()) - before
        assert.equal(
          charged,
          1,
          `Two attempts at one job were charged for ${charged} times. Send context.idempotencyKey with the request.`,
        )
      },
    },
  ]
}
