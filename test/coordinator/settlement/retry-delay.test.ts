import { describe, expect, it } from 'vitest'
import {
  REFUSAL_LIMIT,
  retryDelayMs,
  THREAD_LOSS_LIMIT,
} from '../../../src/coordinator/settlement/retry-delay.js'
import { JOB_ERROR_CODES } from '../../../src/model/error/job-error-code.js'
import type { JobError } from '../../../src/model/movie/event.js'

const retry = { attempts: 4, baseDelayMs: 100, maxDelayMs: 350 }
const NEVER_FAILED = { failures: 0, refusals: 0, losses: 0, isSoleSuspect: false }

function delay(error: Partial<JobError>, history = NEVER_FAILED, random = 0.5): number | undefined {
  return retryDelayMs({ code: 'overloaded', message: '', ...error }, history, retry, random)
}

describe('the delay before the next attempt', () => {
  it('doubles with each failure up to its ceiling, with full jitter', () => {
    const ceilings = [0, 1, 2].map(failures =>
      delay({}, { failures, refusals: 0, losses: 0, isSoleSuspect: false }, 0.999_999),
    )
    expect(ceilings).toEqual([100, 200, 350])
    expect(delay({}, { failures: 2, refusals: 0, losses: 0, isSoleSuspect: false }, 0)).toBe(0)
    expect(delay({}, { failures: 1, refusals: 0, losses: 0, isSoleSuspect: false }, 0.25)).toBe(50)
  })

  it('is never shorter than the provider wishes', () => {
    expect(delay({ code: 'rate_limited', retryAfterMs: 5_000 }, NEVER_FAILED, 0)).toBe(5_000)
    expect(delay({ code: 'rate_limited', retryAfterMs: 5_000 }, NEVER_FAILED, 0.5)).toBe(5_050)
  })

  it('is short for a refused job that may come back at once, and longer the more often it is refused', () => {
    const waits = [0, 1, 2].map(refusals =>
      delay({ code: 'rate_limited', retryAfterMs: 0 }, { ...NEVER_FAILED, refusals }, 1),
    )
    expect(waits).toEqual([25, 50, 100])
    expect(delay({ retryAfterMs: 0 }, NEVER_FAILED, 1)).toBe(100)
  })

  it('is there only for errors that may pass, and as often as the blueprint says', () => {
    const retried = JOB_ERROR_CODES.filter(code => delay({ code }) !== undefined)
    expect(retried).toEqual(['rate_limited', 'overloaded', 'timeout', 'network', 'worker_lost'])
    const again = [0, 1, 2, 3].map(
      failures => delay({}, { failures, refusals: 0, losses: 0, isSoleSuspect: false }) !== undefined,
    )
    expect(again).toEqual([true, true, true, false])
  })

  it('is none after a lost thread, which does not count as a failure but has a limit of its own', () => {
    const lost = { code: 'worker_lost' } as const
    expect(delay(lost, { failures: 99, refusals: 0, losses: 0, isSoleSuspect: true })).toBe(0)
    expect(
      delay(lost, { failures: 0, refusals: 0, losses: THREAD_LOSS_LIMIT - 1, isSoleSuspect: true }),
    ).toBeUndefined()
    // With others on the thread it may well have been one of them.
    expect(
      delay(lost, { failures: 0, refusals: 0, losses: THREAD_LOSS_LIMIT - 1, isSoleSuspect: false }),
    ).toBe(0)
  })

  it('does not count refusals as failures, also where one attempt is all there is', () => {
    const refused = { code: 'rate_limited' } as const
    const delayAfter = (refusals: number) => delay(refused, { ...NEVER_FAILED, failures: 99, refusals })
    expect([delayAfter(0), delayAfter(1), delayAfter(5)]).toEqual([50, 100, 175])
    expect([delayAfter(REFUSAL_LIMIT - 2) !== undefined, delayAfter(REFUSAL_LIMIT - 1)]).toEqual([
      true,
      undefined,
    ])
    const once = { ...retry, attempts: 1 }
    expect(retryDelayMs({ code: 'rate_limited', message: '' }, NEVER_FAILED, once, 0.5)).toBe(50)
    expect(retryDelayMs({ code: 'overloaded', message: '' }, NEVER_FAILED, once, 0.5)).toBeUndefined()
  })
})
