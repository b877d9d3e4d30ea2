import { describe, expect, test } from 'vitest'
import { GrowingPace } from '../../../../../src/coordinator/limits/learning/rate/growing-pace.js'

/** 10 a second, and so much that was accepted while others waited. */
function pace(acceptedCount: number, nowMs = 1_000): GrowingPace {
  const made = new GrowingPace(600 / 0.98)
  made.take(nowMs)
  for (let count = 0; count < acceptedCount; count++) made.accepted(nowMs, true, nowMs)
  return made
}

/** Sends one above the rate as soon as it may, which is taken or not. */
function tryOne(of: GrowingPace, isTaken: boolean): void {
  expect(of.take(of.opensAtMs)).toBe(true)
  of.tried(isTaken, of.opensAtMs)
}

describe('a rate that was measured', () => {
  test('is kept to until some were accepted', () => {
    const kept = pace(4)
    expect(kept.take(kept.opensAtMs + 25)).toBe(false)
  })

  test('one goes between two others, and no second one before its fate is known', () => {
    const kept = pace(5)
    const opensAtMs = pace(0).opensAtMs
    expect(kept.opensAtMs).toBe(opensAtMs - 50)
    expect(kept.take(kept.opensAtMs)).toBe(true)
    expect(kept.opensAtMs).toBe(opensAtMs)
  })

  test('where nobody knows for a quarter of a second what becomes of it, the next one goes', () => {
    const slow = new GrowingPace(60 / 0.98)
    slow.take(1_000)
    for (let count = 0; count < 5; count++) slow.accepted(1_000, true, 1_000)
    const atMs = slow.opensAtMs
    expect(slow.take(atMs)).toBe(true)
    expect(slow.opensAtMs).toBe(atMs + 250)
    expect(slow.take(atMs + 250)).toBe(true)
  })

  test('where one is refused, the rate stands, and rests; the next step is made without one', () => {
    const kept = pace(5)
    tryOne(kept, false)
    expect(kept.perMinute).toBeCloseTo(600)
    expect(kept.isProbing).toBe(false)
    for (let count = 0; count < 39; count++) kept.accepted(2_000, true, 2_000)
    expect(kept.perMinute).toBeCloseTo(600)
    kept.accepted(2_000, true, 2_000)
    expect(kept.perMinute).toBeCloseTo(600 * 1.08)
    expect(kept.take(kept.opensAtMs)).toBe(false)
  })

  test('where several are taken, it grows, and goes back by a step', () => {
    const kept = pace(5)
    for (let count = 0; count < 2; count++) tryOne(kept, true)
    expect(kept.perMinute).toBeCloseTo(600 * 1.08)
    for (let count = 0; count < 3; count++) tryOne(kept, true)
    expect(kept.perMinute).toBeCloseTo(600 * 1.08 * 1.16)
    kept.stepBack(2)
    expect(kept.perMinute).toBeCloseTo(600 * 1.08)
    expect(kept.isProbing).toBe(true)
  })

  test('what may have been saved up since a refusal is no higher rate', () => {
    const kept = pace(4)
    // Fifty more while refusals are unusual: nothing is tried, and one in fifty may be saved up.
    for (let count = 0; count < 196; count++) kept.accepted(1_000, false, 1_000)
    kept.accepted(1_000, true, 1_000)
    for (let count = 0; count < 5; count++) tryOne(kept, true)
    expect(kept.perMinute).toBeCloseTo(600)
    tryOne(kept, true)
    expect(kept.perMinute).toBeCloseTo(600 * 1.08)
  })

  test('a call that never reached the service says nothing', () => {
    const kept = pace(5)
    expect(kept.take(kept.opensAtMs)).toBe(true)
    kept.giveBack(true)
    expect(kept.take(kept.opensAtMs)).toBe(true)
  })
})
