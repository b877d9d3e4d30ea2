import { expect, test } from 'vitest'
import {
  type CallOutcome,
  DispatchOrder,
} from '../../../../../src/coordinator/limits/learning/evidence/dispatch-order.js'
import { levelSplit } from '../../../../../src/coordinator/limits/learning/evidence/level-split.js'
import { seededRandom } from '../../../../../src/model/seeded-random.js'

function all(order: DispatchOrder, nowMs: number): CallOutcome[] {
  const outcomes: CallOutcome[] = []
  for (let next = order.next(nowMs); next !== undefined; next = order.next(nowMs)) outcomes.push(next)
  return outcomes
}

test.each(['a', 'b', 'c', 'd'])('calls that overtake each other: 20 of 50 are taken (%s)', seed => {
  const order = new DispatchOrder()
  const calls = Array.from({ length: 50 }, () => order.add(0, false))
  const random = seededRandom(seed)
  const arrivals = calls.map(call => ({ call, at: random() })).sort((one, other) => one.at - other.at)
  for (const { call } of arrivals.slice(20)) order.refused(call, 40, undefined)
  expect(all(order, 40)).toEqual([])
  const outcomes = all(order, 200)
  expect(outcomes).toHaveLength(50)
  for (const { isRefused, level } of outcomes) {
    if (isRefused) expect(level).toBe(21)
    else expect(level).toBeLessThanOrEqual(20)
  }
  expect(levelSplit(outcomes)).toBe(20)
})

test('the gap between what was taken and what was refused belongs to what is taken', () => {
  const outcome = (level: number, isRefused: boolean): CallOutcome => ({
    sentAtMs: 0,
    level,
    isRefused,
    untilMs: undefined,
    isAbove: false,
    extra: undefined,
    inner: undefined,
  })
  const taken = Array.from({ length: 8 }, (_, at) => outcome(at + 1, false))
  const refused = Array.from({ length: 4 }, () => outcome(21, true))
  expect(levelSplit([...taken, ...refused])).toBe(20)
})

test('a refusal that comes late takes its call back', () => {
  const order = new DispatchOrder()
  const [first, second] = [order.add(0, false), order.add(0, false)]
  expect(all(order, 10_000)).toHaveLength(2)
  expect(order.refused(first, 10_000, undefined)).toMatchObject({ isRefused: true, level: 2 })
  order.ended(second)
  order.add(10_001, false)
  expect(all(order, 20_001)).toMatchObject([{ isRefused: false, level: 1 }])
})
