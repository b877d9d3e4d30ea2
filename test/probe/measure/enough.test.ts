import { expect, test } from 'vitest'
import { isEnough, type StayBounds } from '../../../src/probe/measure/enough.js'
import { levelOf } from '../../support/simulation/probed-service.js'

const bounds: StayBounds = { relativeError: 0.05, callsLeft: 1_000, maxMs: 10_000 }
const service = { throughput: (n: number) => n }
const level = (calls: number, error: number, refusedShare = 0) =>
  levelOf(10, service, { calls, throughputError: error * 10, refusedShare })

test.each([
  ['a narrow interval over two rounds is enough', level(20, 0.04), 500, true],
  ['one round is not', level(19, 0.04), 500, false],
  ['a wide interval is not', level(40, 0.06), 500, false],
  ['unless the level is noisy by nature', level(60, 0.3), 500, true],
  ['a rate shows only over seconds', level(200, 0.01, 0.5), 1_900, false],
  ['and then it does', level(200, 0.01, 0.5), 2_100, true],
  ['time is up', level(0, 1), 10_000, true],
])('%s', (_, result, elapsedMs, expected) => {
  expect(isEnough(result, { elapsedMs, calls: result.calls }, bounds)).toBe(expected)
})

test('a second visit has calls of its own, whatever is known', () => {
  expect(isEnough(level(40, 0.01), { elapsedMs: 500, calls: 5 }, bounds)).toBe(false)
})

test('calls are spent', () => {
  expect(isEnough(level(0, 1), { elapsedMs: 0, calls: 0 }, { ...bounds, callsLeft: 0 })).toBe(true)
})
