import { expect, test } from 'vitest'
import { Descent } from '../../../../../src/coordinator/limits/learning/rate/descent.js'
import { seededRandom } from '../../../../../src/model/seeded-random.js'

const SEEDS = Array.from({ length: 200 }, (_, seed) => `descent ${seed}`)

/** What is shown, and after how many outcomes, when such a share is refused once less is sent. */
function shownBy(test: Pick<Descent<string>, 'observe'>, share: number, seed: string, most = 2_000) {
  const random = seededRandom(seed)
  for (let count = 1; count <= most; count++) {
    const result = test.observe(1_000 * count, random() < share)
    if (result !== undefined) return { result, count }
  }
  return { result: undefined, count: most }
}

/** A measurement that was bad luck, 20 % refused by chance after it, and two cuts. */
function descended(refusedLater: number, seed: string): Descent<string> {
  const descent = new Descent('nothing', 600, 12, 33)
  const random = seededRandom(`before ${seed}`)
  for (let at = 0; at < 60; at++) descent.observe(at, random() < refusedLater)
  descent.cutTo(500, 0)
  descent.cutTo(390, 0)
  return descent
}

test('a rate that was cut by a third and refuses as many as before is none', () => {
  const results = SEEDS.map(seed => shownBy(descended(0.2, seed), 0.2, seed).result)
  expect(results.filter(result => result === 'in vain').length).toBeGreaterThan(0.9 * SEEDS.length)
})

test('with a limit, few are refused after it', () => {
  const results = SEEDS.map(seed => shownBy(descended(0.2, seed), 0.02, seed).result)
  expect(results.filter(result => result === 'helped').length).toBeGreaterThan(0.95 * SEEDS.length)
})

test('before a third is taken off, nothing is concluded', () => {
  const descent = new Descent('nothing', 600, 12, 33)
  descent.cutTo(500, 0)
  expect(shownBy(descent, 0.2, 'open').result).toBeUndefined()
})
