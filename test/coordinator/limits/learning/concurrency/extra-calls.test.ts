import { describe, expect, test } from 'vitest'
import { ExtraCalls } from '../../../../../src/coordinator/limits/learning/concurrency/extra-calls.js'

const LIMIT = 10

/** Calls of 500 ms were taken; the last one was sent at 0. */
function begun(): ExtraCalls {
  const calls = new ExtraCalls()
  calls.accepted(500)
  calls.sent(LIMIT, LIMIT, LIMIT, 0)
  calls.begin()
  return calls
}

describe('calls above a limit', () => {
  test('none are sent before they are begun, nor after they have ended', () => {
    const calls = new ExtraCalls()
    expect(calls.placesAt(LIMIT, 1_000).count).toBe(LIMIT)
    calls.begin()
    expect(calls.placesAt(LIMIT, 1_000).count).toBe(LIMIT + 1)
    calls.end()
    expect(calls.placesAt(LIMIT, 1_000).count).toBe(LIMIT)
  })

  test('one goes between two others: not before half the time between them', () => {
    const calls = begun()
    expect(calls.placesAt(LIMIT, 24)).toEqual({ count: LIMIT, nextAtMs: 25 })
    expect(calls.placesAt(LIMIT, 25)).toEqual({ count: LIMIT + 1, nextAtMs: undefined })
  })

  test('the next one goes when the last one was taken; after four there are two at a time', () => {
    const calls = begun()
    let limit = LIMIT
    for (let taken = 0; taken < 8; taken++) {
      const atMs = 1_000 * (taken + 1)
      expect(calls.placesAt(limit, atMs).count).toBe(limit + 1)
      expect(calls.sent(limit + 1, LIMIT, limit, atMs)).toBe('first')
      if (taken < 4) expect(calls.placesAt(limit, atMs + 249)).toEqual({ count: limit, nextAtMs: atMs + 250 })
      calls.ended(true)
      limit++
    }
    expect(calls.placesAt(limit, 10_000).count).toBe(limit + 2)
  })

  test('where nobody knows for a quarter of a second what becomes of the last one, the next one goes', () => {
    const calls = begun()
    calls.sent(LIMIT + 1, LIMIT, LIMIT, 1_000)
    expect(calls.placesAt(LIMIT, 1_249).count).toBe(LIMIT)
    expect(calls.placesAt(LIMIT, 1_250).count).toBe(LIMIT + 1)
  })

  test('one at a level that others have just had is no step further', () => {
    const calls = begun()
    expect(calls.sent(LIMIT + 1, LIMIT, LIMIT + 2, 1_000)).toBe('repeated')
    expect(calls.sent(LIMIT, LIMIT, LIMIT + 2, 1_000)).toBeUndefined()
    expect(calls.placesAt(LIMIT + 2, 2_000).count).toBe(LIMIT + 3)
  })

  test('the longer results are on their way, the more may be taken without a higher limit', () => {
    const calls = begun()
    const slacks = [0, 5, 50, 250, 5_000].map(wayMs => calls.slack(LIMIT, wayMs))
    expect(slacks).toEqual([1, 2, 3, 9, 15])
  })
})
