import { expect, test } from 'vitest'
import { LimitRecorder } from '../../../src/coordinator/limits/limit-recorder.js'
import type { Limiter } from '../../../src/coordinator/limits/limiter.js'
import type { LimiterState } from '../../../src/coordinator/limits/limiter-state.js'

test('what a limiter learns is told: the first limit, changes worth a line, and the end of a limit', () => {
  let concurrency = Number.POSITIVE_INFINITY
  const limiter = {
    name: 'lines',
    get state() {
      return { concurrency } as LimiterState
    },
  } as Limiter
  const recorder = new LimitRecorder([limiter])
  const told = (now: number, nowMs: number) => {
    concurrency = now
    return recorder.take(nowMs).map(change => change.concurrency)
  }
  expect(told(Number.POSITIVE_INFINITY, 0)).toEqual([])
  expect(told(12, 5_000)).toEqual([12])
  expect(told(12, 10_000)).toEqual([])
  expect(told(14, 15_000)).toEqual([14])
  expect(told(Number.POSITIVE_INFINITY, 20_000)).toEqual([undefined])
})
