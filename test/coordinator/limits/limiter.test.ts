import { expect, test } from 'vitest'
import { Budget } from '../../../src/coordinator/limits/budget/budget.js'
import { Limiter, type ReleaseReport } from '../../../src/coordinator/limits/limiter.js'
import type { LimiterSettings } from '../../../src/coordinator/limits/limiter-settings.js'
import type { Tenant } from '../../../src/coordinator/limits/tenants.js'

const ACCEPTED: ReleaseReport = {
  responseClass: 'accepted',
  tokens: undefined,
  retryAfterMs: undefined,
  limits: undefined,
}
/** Refusals in a row that nobody takes for chance. */
const RUN = 6

/** All are sent at once, and refused a little later. */
function refuse(limiter: Limiter, run: Tenant, count: number, nowMs: number): void {
  const permits = Array.from({ length: count }, () => limiter.acquire(run, 0, false, nowMs - 100))
  for (const permit of permits)
    limiter.release(run, permit, { ...ACCEPTED, responseClass: 'refused', retryAfterMs: 1_000 }, nowMs)
}

const tenant = (): Tenant => ({ weight: 1, wake: () => {} })

function limiterOf(limits: Partial<LimiterSettings>, ...tenants: readonly Tenant[]): Limiter {
  const limiter = new Limiter('service', { learning: 'off', ...limits })
  for (const each of tenants) limiter.join(each)
  return limiter
}

test('a run that ends with attempts in flight leaves their places to the others', () => {
  const [dead, alive] = [tenant(), tenant()]
  const limiter = limiterOf({ concurrency: 1 }, dead, alive)
  limiter.acquire(dead, 10, false, 0)
  expect(limiter.closedFor(alive, 0)).toBeDefined()
  limiter.leave(dead)
  expect(limiter.closedFor(alive, 0)).toBeUndefined()
  expect(limiter.inFlight).toBe(0)
})

test('a result that was found in a cache uses nothing of the rate, and says nothing of the service', () => {
  const run = tenant()
  const limiter = limiterOf({ requestsPerMinute: 1, learning: 'refusals' }, run)
  const permit = limiter.acquire(run, 0, false, 0)
  expect(limiter.closedFor(run, 1)).toBeDefined()
  limiter.release(run, permit, { ...ACCEPTED, isSpared: true }, 1)
  expect(limiter.closedFor(run, 1)).toBeUndefined()
})

test('after a pause, a result from a cache does not count as the probe', () => {
  const run = tenant()
  const limiter = limiterOf({ learning: 'refusals' }, run)
  refuse(limiter, run, RUN, 100)
  const probe = limiter.acquire(run, 0, false, 1_100)
  limiter.release(run, probe, { ...ACCEPTED, isSpared: true }, 1_101)
  limiter.acquire(run, 0, false, 1_101)
  expect(limiter.closedFor(run, 1_102)).toBeDefined()
})

test('a service that claims a monstrous number of tokens closes its limiter for a minute at most', () => {
  const run = tenant()
  const limiter = limiterOf({ tokensPerMinute: 60_000 }, run)
  const permit = limiter.acquire(run, 100, false, 0)
  limiter.release(run, permit, { ...ACCEPTED, tokens: Number.MAX_VALUE }, 0)
  expect(limiter.closedFor(run, 0)!.untilMs).toBeLessThan(61_000)
})

test('a budget ends also when sums of dollars do not come out even', () => {
  const budget = new Budget(10_000_000)
  const amounts = [9_000_000.1, 0.000_000_7, 0.3]
  for (const amount of amounts) budget.reserve(amount)
  for (const amount of amounts) budget.settle(amount, 0)
  expect(budget.fits(20_000_000)).toBe(false)
  expect(budget.isExhausted).toBe(true)
})
