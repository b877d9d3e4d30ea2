import { expect, test } from 'vitest'
import { type BlueprintDefinition, inline } from '../../../dist/index.js'
import { newStore, runAll, testEngine } from '../../support/engine-fixture.js'

const blueprint = (count: number): BlueprintDefinition => ({
  name: 'texts',
  loops: { n: { count } },
  producers: {
    Clip: { loop: 'n', provider: 'paid', with: { n: '${index.n}' }, outputs: { Text: 'text' } },
  },
})
const priceUsd = { perMillionInputTokens: 10, perMillionOutputTokens: 100 }
const made = { outputs: { Text: 'made' } }

const engineWith = async (usageOf: (n: number) => object, more: object = {}) =>
  await testEngine({
    store: await newStore('memory'),
    providers: {
      paid: inline(({ inputs }) => ({ ...made, ...usageOf(inputs.n as number) }), {
        config: { maxOutputTokens: 10_000 },
        latencyMs: 100,
        priceUsd,
        ...more,
      }),
    },
  })

test('an estimate is by what jobs of the movie have used, with the range and the most that it can be', async () => {
  // 100, 101, … 119 output tokens: a cent each, while the limit allows for a dollar.
  const engine = await engineWith(n => ({ usage: { inputTokens: 0, outputTokens: 100 + n } }))
  const before = (await engine.plan({ blueprint: blueprint(100) })).estimate
  expect(before.producers).toMatchObject([{ basis: 'price', sampleCount: 0, jobs: 100 }])
  await runAll(engine, { blueprint: blueprint(20) })
  const { estimate } = await engine.plan({ blueprint: blueprint(100) })
  expect(estimate).toMatchObject({ calls: 80, isAtMost: false, tokens: Math.round(80 * 109.5) })
  expect(estimate.costUsd).toBeCloseTo(80 * 0.01095)
  expect(estimate.atMostUsd).toBeGreaterThan(80)
  expect(estimate.producers).toMatchObject([
    { producer: 'Clip', jobs: 80, basis: 'recorded', sampleCount: 20, lowestUsd: 0.01, highestUsd: 0.0119 },
  ])
  const rest = await runAll(engine, { blueprint: blueprint(100) })
  expect(Math.abs(rest.costUsd - estimate.costUsd) / rest.costUsd).toBeLessThan(0.5)
})

test('jobs of other settings say nothing, and the price of today counts', async () => {
  const store = await newStore('memory')
  const engineAt = (dollars: number, model: string) =>
    testEngine({
      store,
      providers: {
        paid: inline(() => ({ ...made, usage: { outputTokens: 1_000 } }), {
          model,
          config: { maxOutputTokens: 1_000 },
          priceUsd: { perMillionOutputTokens: dollars },
        }),
      },
    })
  await runAll(await engineAt(100, 'small'), { blueprint: blueprint(5) })
  const dearer = (await (await engineAt(200, 'small')).plan({ blueprint: blueprint(6) })).estimate
  expect(dearer.producers).toMatchObject([{ jobs: 1, basis: 'recorded', costUsd: 0.2 }])
  const other = (await (await engineAt(100, 'big')).plan({ blueprint: blueprint(6) })).estimate
  expect(other.producers).toMatchObject([{ jobs: 6, basis: 'price', sampleCount: 0 }])
})

test('where only the most is known, the estimate says so', async () => {
  const engine = await engineWith(() => ({ costUsd: 0.01 }), { priceUsd: { perSecond: 1, maxPerJob: 0.5 } })
  const bound = (await engine.plan({ blueprint: blueprint(4) })).estimate
  expect(bound).toMatchObject({ isAtMost: true, costUsd: 2, atMostUsd: 2, producers: [{ basis: 'bound' }] })
  await runAll(engine, { blueprint: blueprint(2) })
  const known = (await engine.plan({ blueprint: blueprint(4) })).estimate
  expect(known).toMatchObject({ isAtMost: false, costUsd: 0.02, atMostUsd: 1 })
})

test('what failed attempts have cost is part of what a job costs, without any price too', async () => {
  let calls = 0
  const engine = await testEngine({
    store: await newStore('memory'),
    providers: {
      paid: inline(() => {
        calls++
        if (calls % 2 === 1)
          throw Object.assign(new Error('Again.'), {
            name: 'ProviderError',
            code: 'overloaded',
            costUsd: 1,
            retryAfterMs: 1,
          })
        return { ...made, costUsd: 2 }
      }),
    },
    concurrency: 1,
  })
  expect((await engine.plan({ blueprint: blueprint(2) })).estimate.unpriced).toEqual(['paid'])
  await runAll(engine, { blueprint: blueprint(2) })
  const { estimate } = await engine.plan({ blueprint: blueprint(5) })
  expect(estimate).toMatchObject({ costUsd: 9, unpriced: [], producers: [{ basis: 'recorded', costUsd: 3 }] })
})

test('a rehearsal prices tokens and images', async () => {
  const engine = await engineWith(n => ({ usage: { inputTokens: 0, outputTokens: 100 + n } }))
  expect((await engine.rehearse({ blueprint: blueprint(10) })).costUsd).toBeGreaterThan(0.01)
  await runAll(engine, { blueprint: blueprint(3) })
  expect((await engine.rehearse({ blueprint: blueprint(10) })).costUsd).toBeCloseTo(7 * 0.0101)
  const pictures: BlueprintDefinition = {
    name: 'pictures',
    loops: { n: { count: 10 } },
    producers: { Picture: { loop: 'n', provider: 'paid', outputs: { Image: 'image/png' } } },
  }
  const painter = await engineWith(() => ({}), { priceUsd: { perImage: 0.04 } })
  const rehearsal = await painter.rehearse({ blueprint: pictures, budgetUsd: 0.2 })
  expect(rehearsal).toMatchObject({ costUsd: 0.2, stopReason: 'budget', counts: { succeeded: 5 } })
})
