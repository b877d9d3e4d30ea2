import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { ContractAttempt } from './contract-attempt.js'
import type { ContractCheck } from './contract-check.js'
import { type ContractSubject, succeeded } from './contract-subject.js'

/** Long enough for a request to be on its way. */
const WORKING_MS = 50

export function abortChecks(subject: ContractSubject): ContractCheck[] {
  const abortAfter = async (begun: (attempt: ContractAttempt) => Promise<unknown>) => {
    const attempt = await subject.slowJob().start()
    await Promise.race([begun(attempt), attempt.outcome])
    attempt.abort('cancelled')
    await attempt.outcome
    assert.ok(
      !attempt.isStuck,
      `It had not ended ${subject.abortGraceMs} ms after its signal was aborted. Hand context.signal on to fetch, timers and programs.`,
    )
  }
  return [
    {
      name: 'ends when it is aborted at once',
      run: () => abortAfter(attempt => attempt.called),
    },
    {
      name: 'ends when it is aborted at work',
      run: () =>
        abortAfter(async attempt => {
          await attempt.called
          await delay(WORKING_MS)
        }),
    },
  ]
}

export function resumeCheck(subject: ContractSubject): ContractCheck[] {
  const { isResumable = false, service } = subject.options
  if (!isResumable) return []
  return [
    {
      name: 'goes on from its checkpoint',
      async run() {
        const job = subject.job()
        const first = await job.start()
        const begun = await Promise.race([first.checkpointed, first.outcome.then(() => undefined)])
        assert.ok(
          begun !== undefined,
          'It ended without a checkpoint. Call context.checkpoint(id) once the service has taken the job.',
        )
        // As a timeout ends an attempt: the service goes on with the job.
        first.abort('timeout')
        await first.outcome
        const before = await service?.chargeCount?.()
        succeeded(await job.run({ resume: begun }), 'The attempt with context.resume')
        const after = await service?.chargeCount?.()
        assert.equal(
          after,
          before,
          'It was charged again for a job that its checkpoint names. When context.resume is there, wait for that job.',
        )
      },
    },
  ]
}
