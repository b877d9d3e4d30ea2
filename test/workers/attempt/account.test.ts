import { expect, test } from 'vitest'
import { costOf } from '../../../src/model/provider/price.js'
import { accountOf } from '../../../src/workers/attempt/account.js'

const PRICE = { perMillionInputTokens: 1_000_000, perMillionOutputTokens: 1_000_000 }

test.each([
  [{ inputTokens: 3, outputTokens: 4 }, { inputTokens: 3, outputTokens: 4 }, 7],
  [{ inputTokens: '3', outputTokens: '4.5' }, { inputTokens: 3, outputTokens: 4.5 }, 7.5],
  [{ inputTokens: -3, outputTokens: 4 }, { outputTokens: 4 }, undefined],
  [{ inputTokens: 1e308, outputTokens: 1e308 }, {}, undefined],
  [{ inputTokens: '12345678901234567890', outputTokens: 1 }, { outputTokens: 1 }, undefined],
  [{ inputTokens: null, outputTokens: true }, {}, undefined],
  [{ inputTokens: 0, outputTokens: 0, own: '12' }, { inputTokens: 0, outputTokens: 0, own: '12' }, 0],
])('of %j is kept what can be counted', (usage, kept, costUsd) => {
  const account = accountOf({ usage })
  expect(account.usage).toEqual(kept)
  expect(costOf(PRICE, account.usage, 0)).toBe(costUsd)
})

test('a sum beyond all numbers is no cost', () => {
  expect(costOf({ perSecond: Number.MAX_VALUE }, { seconds: 1e9 }, 0)).toBeUndefined()
})
