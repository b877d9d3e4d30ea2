import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measurePairs } from '../../bench/measure/measure.mjs'
import { estimate, median } from '../../bench/measure/statistics.mjs'
import { compareResults } from '../../bench/report/compare.mjs'
import { isReached, type Row, speedRow, timeRow } from '../../bench/report/row.mjs'

const samples = fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 15 })

describe('an estimate', () => {
  test('holds its median, and lies within its samples', () => {
    fc.assert(
      fc.property(samples, values => {
        const { low, median: middle, high } = estimate(values)
        expect(low).toBeLessThanOrEqual(middle)
        expect(high).toBeGreaterThanOrEqual(middle)
        expect(low).toBeGreaterThanOrEqual(Math.min(...values))
        expect(high).toBeLessThanOrEqual(Math.max(...values))
      }),
    )
  })

  test('is the same for the same samples', () => {
    expect(estimate([3, 1, 2, 9, 4])).toEqual(estimate([3, 1, 2, 9, 4]))
  })

  test('has an interval that does not follow one straggler', () => {
    const { median: middle, high } = estimate([1, 1.01, 1.02, 1.03, 1.01, 1.02, 1.01, 1.02, 50])
    expect(middle).toBe(1.02)
    expect(high).toBeLessThan(1.1)
  })
})

test('the median of an even number of values lies between the middle ones', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

describe('rows', () => {
  test('a machine that slows both sides down changes no ratio', () => {
    const about = { name: 'row', against: 'that', amount: 100 }
    const quick = speedRow(about, { ours: [10, 10, 10], theirs: [5, 5, 5] })
    const slowed = speedRow(about, { ours: [10, 40, 20], theirs: [5, 20, 10] })
    expect(quick.value.median).toBe(0.5)
    expect(slowed.value).toEqual(quick.value)
  })

  test('speed is better above its goal, time below it', () => {
    const pairs = { ours: [10, 10, 10], theirs: [5, 5, 5] }
    const about = { name: 'row', against: 'that', amount: 1 }
    expect(isReached(speedRow({ ...about, goal: 0.4 }, pairs))).toBe(true)
    expect(isReached(speedRow({ ...about, goal: 0.6 }, pairs))).toBe(false)
    expect(isReached(timeRow({ ...about, goal: 2.5 }, pairs))).toBe(true)
    expect(isReached(timeRow({ ...about, goal: 1.5 }, pairs))).toBe(false)
    expect(isReached(timeRow(about, pairs))).toBeUndefined()
  })
})

test('pairs are measured A B, B A, A B, after both sides have run once', async () => {
  const order: string[] = []
  const side = (name: string) => async (pair: number) => {
    order.push(`${name}${pair}`)
    return pair
  }
  const pairs = await measurePairs(3, { ours: side('A'), theirs: side('B') })
  expect(order).toEqual(['B-1', 'A-1', 'A0', 'B0', 'B1', 'A1', 'A2', 'B2'])
  expect(pairs).toEqual({ ours: [0, 1, 2], theirs: [0, 1, 2] })
})

describe('a comparison', () => {
  const row = (values: readonly number[], better: Row['better'] = 'at least'): Row => ({
    name: 'row',
    value: estimate(values),
    unit: '×',
    better,
    measured: '',
    against: '',
  })
  const verdict = (later: Row, earlier: Row) =>
    compareResults({ rows: [later] }, { rows: [earlier] }).map(change => change.verdict)
  const around = (middle: number) => [0.99, 1, 1.01, 1.005, 0.995].map(factor => middle * factor)

  test('says what is outside the noise, in the direction of the row', () => {
    expect(verdict(row(around(1.2)), row(around(1)))).toEqual(['better'])
    expect(verdict(row(around(0.8)), row(around(1)))).toEqual(['worse'])
    expect(verdict(row(around(1.2), 'at most'), row(around(1), 'at most'))).toEqual(['worse'])
  })

  test('does not take noise for a change', () => {
    expect(verdict(row([0.7, 1, 1.4, 1.2, 0.9]), row([0.8, 1.1, 1, 1.3, 0.7]))).toEqual(['within the noise'])
    expect(verdict(row(around(1.01)), row(around(1)))).toEqual(['within the noise'])
  })

  test('says nothing from one sample, and leaves out what is not in both', () => {
    expect(verdict(row([2]), row([1]))).toEqual(['too few samples'])
    expect(verdict({ ...row([2]), name: 'new' }, row([1]))).toEqual([])
    expect(verdict({ ...row(around(2)), unit: 's' }, row(around(1)))).toEqual([])
  })
})
