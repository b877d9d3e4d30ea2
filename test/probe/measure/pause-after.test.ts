import { expect, test } from 'vitest'
import { pauseAfter } from '../../../src/probe/measure/pause-after.js'

const call = { typicalMs: 40, vainCalls: 1, places: 4, askedMs: undefined, random: 0.5 }

test('a place waits as long as a call takes, whatever the service asks for', () => {
  expect(pauseAfter(call)).toBe(40)
  expect(pauseAfter({ ...call, askedMs: 60_000, vainCalls: 7 })).toBe(40)
})

test('a quick service that accepts nothing more is asked less often, and a slow one as before', () => {
  const quick = [1, 8, 16, 1_000].map(vainCalls => pauseAfter({ ...call, typicalMs: 2, vainCalls }))
  expect(quick).toEqual([2, 4, 8, 100])
  expect(pauseAfter({ ...call, typicalMs: 300, vainCalls: 1_000 })).toBe(300)
})

test('before the first success pauses double, and go by what the service asks for, up to two seconds', () => {
  const first = { ...call, typicalMs: 0 }
  expect([1, 2, 3, 4, 9].map(vainCalls => pauseAfter({ ...first, vainCalls }))).toEqual([
    250, 500, 1_000, 2_000, 2_000,
  ])
  expect(pauseAfter({ ...first, askedMs: 700 })).toBe(700)
  expect(pauseAfter({ ...first, askedMs: 60_000 })).toBe(2_000)
})
