import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/model/seeded-random.js'
import type { CallSample } from '../../../src/probe/measure/call-sample.js'
import { summarizeLevel } from '../../../src/probe/measure/level-result.js'
import { empiricalLatency } from '../../../src/probe/report/latency-file.js'

function call(beganAtMs: number, ms: number, more: Partial<CallSample> = {}): CallSample {
  const endedAtMs = beganAtMs + ms
  return { beganAtMs, endedAtMs, freeAtMs: endedAtMs, outcome: 'accepted', ...more }
}
const refusal = (beganAtMs: number, pauseMs: number): CallSample =>
  call(beganAtMs, 1, { freeAtMs: beganAtMs + pauseMs, outcome: 'refused', code: 'rate_limited' })

/** Places in step, each with so many calls. */
const inStep = (places: number, calls: number, ms: number) =>
  Array.from({ length: places * calls }, (_, at) => call(Math.floor(at / places) * ms, ms))

test('places in step give the exact throughput, wherever the level was left', () => {
  const level = summarizeLevel(4, [inStep(4, 5, 100)])
  expect(level).toMatchObject({ throughput: 40, throughputError: 0, inFlight: 4, calls: 20, accepted: 20 })
  expect(level.latencyMs).toEqual({ mean: 100, p50: 100, p90: 100, p95: 100, p99: 100, max: 100 })
})

test('percentiles are those of the samples', () => {
  const { latencyMs } = summarizeLevel(1, [Array.from({ length: 200 }, (_, at) => call(at * 1_000, at + 1))])
  expect(latencyMs).toEqual({ mean: 100.5, p50: 100, p90: 180, p95: 190, p99: 198, max: 200 })
})

test('the interval holds the true throughput in about 95 of 100 cases', () => {
  const held = Array.from({ length: 400 }, (_, seed) => {
    const random = seededRandom(`interval ${seed}`)
    const calls = Array.from({ length: 60 }, () => call(0, 100 * (0.5 + random())))
    const { throughput, throughputError } = summarizeLevel(10, [calls])
    return Math.abs(throughput - 100) <= throughputError
  }).filter(Boolean).length
  expect(held / 400).toBeGreaterThan(0.9)
})

test('a saved-up allowance is cut off: only what follows the first refusal counts', () => {
  const saved = Array.from({ length: 50 }, (_, at) => call(at, 100))
  const steady = Array.from({ length: 40 }, (_, at) =>
    at % 2 === 0 ? call(200 + at, 100) : refusal(200 + at, 100),
  )
  const level = summarizeLevel(10, [[...saved, refusal(60, 100), ...steady]])
  expect(level).toMatchObject({ throughput: 50, refusedShare: 0.5, calls: 40, errors: { rate_limited: 20 } })
  expect(level.inFlight).toBeCloseTo(5, 6)
})

test('rare refusals cut nothing off', () => {
  const calls = [...inStep(1, 99, 10), refusal(990, 10)]
  expect(summarizeLevel(1, [calls])).toMatchObject({ calls: 100, refused: 1, accepted: 99 })
})

test('visits to a level are taken together, but for one that had a pause in it', () => {
  const good = [inStep(2, 10, 100), inStep(2, 10, 104)]
  expect(summarizeLevel(2, good)).toMatchObject({ throughput: 2_000 / 102, calls: 40 })
  expect(summarizeLevel(2, [...good, inStep(2, 10, 150)])).toMatchObject({ calls: 40 })
})

test('a visit without refusals does not last when a later one is refused', () => {
  const spent = Array.from({ length: 40 }, (_, at) =>
    at % 4 === 0 ? call(at * 100, 100) : refusal(at * 100, 100),
  )
  const level = summarizeLevel(1, [inStep(1, 40, 100), spent])
  expect(level.refusedShare).toBeGreaterThan(0.7)
  expect(level.throughput).toBeLessThan(3)
})

test('other failures are counted by code, and are no throughput', () => {
  const failed = call(0, 100, { outcome: 'failed', code: 'timeout' })
  const level = summarizeLevel(1, [[failed, ...inStep(1, 3, 100)]])
  expect(level).toMatchObject({ failedShare: 0.25, refused: 0, errors: { timeout: 1 }, throughput: 7.5 })
})

test('an empty level is all zeros', () => {
  expect(summarizeLevel(3, [])).toMatchObject({ throughput: 0, inFlight: 0, calls: 0, refusedShare: 0 })
})

test('the latencies for simulate are the quantiles of accepted calls', () => {
  const calls = Array.from({ length: 101 }, (_, at) => call(0, at * 10))
  const latency = empiricalLatency([...calls, refusal(0, 1)])
  expect(latency).toMatchObject({ distribution: 'empirical' })
  expect((latency as { quantiles: number[] }).quantiles.slice(-2)).toEqual([990, 1_000])
  expect(empiricalLatency([refusal(0, 1)])).toBeUndefined()
})
