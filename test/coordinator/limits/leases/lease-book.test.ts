import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LimitWish } from '../../../../src/coordinator/limits/leases/divide-limit.js'
import { LEASE_MS, writeLease } from '../../../../src/coordinator/limits/leases/lease-book.js'

const HUNGRY: LimitWish = { weight: 1, usable: 1, inUse: 0 }

/** Processes that ask one after the other, all once a round. */
function book(units?: number) {
  let text: string | undefined
  let nowMs = 0
  const shares = new Map<string, number>()
  const ask = (own: string, wish: LimitWish | undefined) => {
    const written = writeLease(text, own, wish, units, nowMs)
    text = written.text
    shares.set(own, written.lease.share)
    return written.lease
  }
  return {
    ask,
    wait: (ms: number) => {
      nowMs += ms
    },
    /** Shares after some rounds. */
    settled: (wishes: Record<string, LimitWish>) => {
      for (let round = 0; round < 4; round++) for (const [own, wish] of Object.entries(wishes)) ask(own, wish)
      return Object.fromEntries(shares)
    },
  }
}

test('who is alone has the whole limit', () => {
  expect(book().settled({ a: HUNGRY })).toEqual({ a: 1 })
  expect(book(7).settled({ a: HUNGRY })).toEqual({ a: 1 })
})

test('those who want more than there is divide it by weight', () => {
  expect(book().settled({ a: HUNGRY, b: { ...HUNGRY, weight: 3 } })).toEqual({ a: 0.25, b: 0.75 })
  expect(book(8).settled({ a: HUNGRY, b: { ...HUNGRY, weight: 3 } })).toEqual({ a: 0.25, b: 0.75 })
})

test('who can use little leaves the rest to others', () => {
  const { a, b, c } = book().settled({ a: HUNGRY, b: { ...HUNGRY, usable: 0.1 }, c: HUNGRY })
  expect([a, b, c]).toEqual([expect.closeTo(0.45), 0.1, expect.closeTo(0.45)])
})

test('what is in use is not given to others before it is given back', () => {
  const { ask } = book(10)
  ask('a', HUNGRY)
  expect(ask('b', HUNGRY).share).toBe(0)
  expect(ask('a', { ...HUNGRY, inUse: 0.9 })).toEqual({ share: 0.5, reserved: 0.9 })
  expect(ask('b', HUNGRY).share).toBe(0.1)
  ask('a', { ...HUNGRY, inUse: 0.5 })
  expect(ask('b', HUNGRY).share).toBe(0.5)
})

test('what was given back, or not renewed, is for others', () => {
  const given = book()
  given.ask('a', HUNGRY)
  given.ask('a', undefined)
  expect(given.ask('b', HUNGRY).share).toBe(1)
  const lost = book()
  lost.ask('a', HUNGRY)
  lost.wait(LEASE_MS - 1)
  expect(lost.ask('b', HUNGRY).share).toBe(0)
  lost.wait(1)
  expect(lost.ask('b', HUNGRY).share).toBe(1)
})

test('one call at once is had in turns', () => {
  const { ask, wait } = book(1)
  const had = { a: 0, b: 0, both: 0, none: 0 }
  for (let second = 0; second < 600; second++) {
    const a = ask('a', HUNGRY).share
    const b = ask('b', HUNGRY).share
    if (a === 1) had.a++
    if (b === 1) had.b++
    if (a + b > 1) had.both++
    if (a + b === 0) had.none++
    wait(1_000)
  }
  expect(had.both).toBe(0)
  expect(Math.min(had.a, had.b)).toBeGreaterThan(250)
})

test('whoever asks when, all together have no more than the limit, and whole calls', () => {
  const wish = fc.record({
    weight: fc.integer({ min: 1, max: 5 }),
    usable: fc.double({ min: 0, max: 1, noNaN: true }),
    inUse: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  const step = fc.record({
    own: fc.constantFrom('a', 'b', 'c', 'd'),
    wish: fc.option(wish, { nil: undefined, freq: 8 }),
    waitMs: fc.integer({ min: 0, max: 4_000 }),
  })
  const units = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined })
  fc.assert(
    fc.property(units, fc.array(step, { maxLength: 60 }), (units, steps) => {
      let text: string | undefined
      let nowMs = 0
      const held = new Map<string, { reserved: number; untilMs: number }>()
      for (const { own, wish, waitMs } of steps) {
        nowMs += waitMs
        const before = held.get(own)
        const known = before !== undefined && before.untilMs > nowMs ? before.reserved : 0
        // Nothing is in use that was not reserved.
        const real = wish && { ...wish, inUse: Math.min(wish.inUse, known) }
        const { text: next, lease } = writeLease(text, own, real, units, nowMs)
        text = next
        held.set(own, { reserved: lease.reserved, untilMs: nowMs + LEASE_MS })
        if (real) expect(lease.reserved).toBeGreaterThanOrEqual(real.inUse - 1e-9)
        if (units !== undefined) expect((lease.share * units) % 1).toBeCloseTo(0, 6)
        const all = [...held.values()].reduce(
          (sum, { reserved, untilMs }) => sum + (untilMs > nowMs ? reserved : 0),
          0,
        )
        expect(all).toBeLessThanOrEqual(1 + 1e-9)
      }
    }),
  )
})
