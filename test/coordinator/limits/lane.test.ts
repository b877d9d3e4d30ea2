import { expect, test } from 'vitest'
import { Budget } from '../../../src/coordinator/limits/budget/budget.js'
import { type Arrival, Lane } from '../../../src/coordinator/limits/lane.js'
import type { LaneLimits } from '../../../src/coordinator/limits/lane-limits.js'
import type { Party } from '../../../src/coordinator/limits/parties.js'

const ACCEPTED: Arrival = {
  verdict: 'accepted',
  tokens: undefined,
  retryAfterMs: undefined,
  limits: undefined,
}
/** Refusals in a row that nobody takes for chance. */
const RUN = 6

/** All depart at once, and are refused a little later. */
function refuse(lane: Lane, run: Party, count: number, nowMs: number): void {
  const passages = Array.from({ length: count }, () => lane.depart(run, 0, false, nowMs - 100))
  for (const passage of passages)
    lane.arrive(run, passage, { ...ACCEPTED, verdict: 'refused', retryAfterMs: 1_000 }, nowMs)
}

const party = (): Party => ({ weight: 1, wake: () => {} })

function laneOf(limits: Partial<LaneLimits>, ...parties: readonly Party[]): Lane {
  const lane = new Lane('service', { learning: 'off', ...limits })
  for (const each of parties) lane.join(each)
  return lane
}

test('a run that ends with attempts in flight leaves their places to the others', () => {
  const [dead, alive] = [party(), party()]
  const lane = laneOf({ concurrency: 1 }, dead, alive)
  lane.depart(dead, 10, false, 0)
  expect(lane.closedFor(alive, 0)).toBeDefined()
  lane.leave(dead)
  expect(lane.closedFor(alive, 0)).toBeUndefined()
  expect(lane.inFlight).toBe(0)
})

test('a result that was found in a cache uses nothing of the rate, and says nothing of the service', () => {
  const run = party()
  const lane = laneOf({ requestsPerMinute: 1, learning: 'refusals' }, run)
  const passage = lane.depart(run, 0, false, 0)
  expect(lane.closedFor(run, 1)).toBeDefined()
  lane.arrive(run, passage, { ...ACCEPTED, isSpared: true }, 1)
  expect(lane.closedFor(run, 1)).toBeUndefined()
})

test('after a pause, a result from a cache does not count as the probe', () => {
  const run = party()
  const lane = laneOf({ learning: 'refusals' }, run)
  refuse(lane, run, RUN, 100)
  const probe = lane.depart(run, 0, false, 1_100)
  lane.arrive(run, probe, { ...ACCEPTED, isSpared: true }, 1_101)
  lane.depart(run, 0, false, 1_101)
  expect(lane.closedFor(run, 1_102)).toBeDefined()
})

test('a service that claims a monstrous number of tokens closes its lane for a minute at most', () => {
  const run = party()
  const lane = laneOf({ tokensPerMinute: 60_000 }, run)
  const passage = lane.depart(run, 100, false, 0)
  lane.arrive(run, passage, { ...ACCEPTED, tokens: Number.MAX_VALUE }, 0)
  expect(lane.closedFor(run, 0)!.untilMs).toBeLessThan(61_000)
})

test('a budget ends also when sums of dollars do not come out even', () => {
  const budget = new Budget(10_000_000)
  const amounts = [9_000_000.1, 0.000_000_7, 0.3]
  for (const amount of amounts) budget.reserve(amount)
  for (const amount of amounts) budget.settle(amount, 0)
  expect(budget.fits(20_000_000)).toBe(false)
  expect(budget.isExhausted).toBe(true)
})
