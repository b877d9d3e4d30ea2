import { describe, expect, test } from 'vitest'
import { CoolDown } from '../../../src/coordinator/limits/cool-down.js'
import { outcomeOf } from '../../support/simulation/call-outcome.js'

const TAKEN_MS = 100

/** When calls go after a pause until 1,000, if each goes as soon as it may. */
function reopening(count: number, of = new CoolDown()): readonly number[] {
  of.close(0, 1_000)
  return Array.from({ length: count }, () => {
    const atMs = of.opensAtMs(TAKEN_MS)
    of.sent(atMs, TAKEN_MS)
    return atMs
  })
}

describe('after a pause', () => {
  test('one call goes, then two, then four, each spread over the time that a refusal takes', () => {
    expect(reopening(8)).toEqual([1_000, 1_100, 1_150, 1_200, 1_225, 1_250, 1_275, 1_300])
  })

  test('where the service closes whatever is sent, eight go after the first', () => {
    const coolDown = new CoolDown()
    coolDown.closesAnyway = true
    expect(reopening(10, coolDown).slice(0, 3)).toEqual([1_000, 1_100, 1_112.5])
    expect(reopening(10, coolDown).at(-1)).toBe(1_200)
  })

  test('who is not told how long to wait tries after 250 ms, and half as long again each time', () => {
    const coolDown = new CoolDown()
    const untilMs = Array.from({ length: 4 }, () => {
      coolDown.close(0, undefined)
      return coolDown.pausedUntilMs
    })
    expect(untilMs).toEqual([250, 375, 562.5, 843.75])
  })
})

describe('what was sent before a pause, and is judged in it', () => {
  const closed = () => {
    const coolDown = new CoolDown()
    coolDown.close(2_000, 5_000)
    return coolDown
  }

  test('four taken in a row show that the service is open again', () => {
    const coolDown = closed()
    for (const atMs of [1_700, 1_750, 1_800]) coolDown.judged(outcomeOf(atMs, false), 2_300)
    expect(coolDown.opensAtMs(TAKEN_MS)).toBe(5_000)
    coolDown.judged(outcomeOf(1_900, false), 2_300)
    expect(coolDown.opensAtMs(TAKEN_MS)).toBe(2_300)
    expect(coolDown.isClosed).toBe(false)
  })

  test('a refusal among them begins the count anew, and what is sent later does not count', () => {
    const coolDown = closed()
    for (const isRefused of [false, false, false, true, false, false, false])
      coolDown.judged(outcomeOf(1_900, isRefused), 2_300)
    for (let count = 0; count < 9; count++) coolDown.judged(outcomeOf(2_100, false), 2_300)
    expect(coolDown.opensAtMs(TAKEN_MS)).toBe(5_000)
  })
})
