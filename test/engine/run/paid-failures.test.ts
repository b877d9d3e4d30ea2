import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type ProduceFunction, ProviderError } from '../../../dist/index.js'
import { newStore, testEngine, updatesOf } from '../../support/engine-fixture.js'

const blueprint = (count: number, retry = {}): BlueprintDefinition => ({
  name: 'paid',
  loops: { n: { count } },
  producers: { Clip: { loop: 'n', provider: 'paid', outputs: { Text: 'text' }, retry } },
})
const usage = { inputTokens: 1_000, outputTokens: 500 }
const priceUsd = { perMillionInputTokens: 2, perMillionOutputTokens: 10, maxPerJob: 0.5 }
const made = { outputs: { Text: 'made' } }

async function runOf(produce: ProduceFunction, settings: object, options: object = {}) {
  const engine = await testEngine({
    store: await newStore('memory'),
    providers: { paid: inline(produce, settings) },
  })
  const run = engine.run({ blueprint: blueprint(2, { attempts: 1 }), ...options })
  const updates = updatesOf(run)
  const result = await run
  const events = []
  for await (const { event } of engine.movie('paid').events())
    if (event.type === 'job.failed') events.push(event)
  return { engine, result, events, updates, status: await engine.movie('paid').status() }
}

describe('an answer that was paid for and could not be used', () => {
  test.each<[string, ProduceFunction, number]>([
    [
      'an error with usage',
      () => {
        throw new ProviderError('invalid', 'No JSON.', { usage })
      },
      0.007,
    ],
    [
      'an error with a cost',
      () => {
        throw new ProviderError('content', 'Refused.', { costUsd: 0.02 })
      },
      0.02,
    ],
    ['outputs that fail their check', () => ({ outputs: { Text: 7 }, usage }), 0.007],
    ['a result without outputs', () => ({ usage, costUsd: 0.03 }) as never, 0.03],
  ])('has its cost in result, status and log: %s', async (_, produce, costUsd) => {
    const { result, status, events, updates } = await runOf(produce, { priceUsd })
    expect(result).toMatchObject({ status: 'failed', costUsd: 2 * costUsd })
    expect(result).not.toHaveProperty('uncertainCostUsd')
    expect(status).toMatchObject({
      costUsd: 2 * costUsd,
      costs: [{ producer: 'Clip', costUsd: 2 * costUsd }],
    })
    expect(events.map(event => event.costUsd)).toEqual([costUsd, costUsd])
    expect(updates.filter(({ state }) => state === 'failed')).toMatchObject([{ costUsd }, { costUsd }])
  })

  test('is counted by the price of a call also when it says nothing', async () => {
    const { result } = await runOf(() => ({ outputs: { Text: 7 } }), { priceUsd: { perCall: 0.25 } })
    expect(result).toMatchObject({ status: 'failed', costUsd: 0.5 })
  })

  test('is counted for each attempt', async () => {
    let calls = 0
    const produce: ProduceFunction = () => {
      if (++calls < 3) throw new ProviderError('overloaded', 'Unusable.', { usage, retryAfterMs: 1 })
      return { ...made, usage }
    }
    const { result } = await runOf(produce, { priceUsd }, { blueprint: blueprint(1, { attempts: 3 }) })
    expect(result).toMatchObject({ status: 'succeeded', costUsd: 0.021 })
  })

  test('keeps its usage in the log without a price as well, and nonsense is left out', async () => {
    const known = await runOf(() => {
      throw new ProviderError('invalid', 'No.', { usage })
    }, {})
    expect(known.events).toMatchObject([{ usage }, { usage }])
    const nonsense = { usage: [1] as never, costUsd: Number.NaN }
    const unknown = await runOf(() => {
      throw new ProviderError('invalid', 'No.', nonsense)
    }, {})
    expect(unknown.events[0]).not.toHaveProperty('usage')
    expect(unknown.events[0]).not.toHaveProperty('costUsd')
  })

  test('counts once when the next attempt goes on with it', async () => {
    const produce: ProduceFunction = async (_, { resume, checkpoint }) => {
      if (resume !== undefined) return { ...made, costUsd: 0.3 }
      await checkpoint({ answer: 1 })
      throw new ProviderError('network', 'The download broke off.', { costUsd: 0.3, retryAfterMs: 1 })
    }
    const { result, status } = await runOf(produce, {}, { blueprint: blueprint(2, { attempts: 2 }) })
    expect(result).toMatchObject({ status: 'succeeded', costUsd: 0.6 })
    expect(status.costUsd).toBe(0.6)
  })
})

describe('what nobody says the cost of', () => {
  test('is told as the most that it may be, and a connection that was never made costs nothing', async () => {
    const cut = await runOf(
      () => {
        throw new ProviderError('network', 'Reset.')
      },
      { priceUsd },
    )
    expect(cut.result).toMatchObject({ costUsd: 0, uncertainCostUsd: 1 })
    expect(cut.status).toMatchObject({ costUsd: 0, uncertainCostUsd: 1 })
    const closed = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const unsent = await runOf(
      () => {
        throw new TypeError('fetch failed', { cause: closed })
      },
      { priceUsd },
      { outageWaitMs: 0 },
    )
    expect(unsent.result.costUsd).toBe(0)
    expect(unsent.result).not.toHaveProperty('uncertainCostUsd')
  })

  test("counts in the movie's budget, in this run and in the next", async () => {
    const { engine, result } = await runOf(
      () => {
        throw new ProviderError('timeout', 'Late.')
      },
      { priceUsd },
      {
        blueprint: blueprint(9, { attempts: 1 }),
        budgetUsd: 2,
      },
    )
    expect(result).toMatchObject({ stopReason: 'budget', counts: { failed: 4 }, uncertainCostUsd: 2 })
    const next = await engine.run({ blueprint: blueprint(9, { attempts: 1 }), budgetUsd: 2 })
    expect(next).toMatchObject({ stopReason: 'budget', costUsd: 0 })
    expect(next.budgets).toMatchObject([{ scope: 'movie', limitUsd: 2, spentUsd: 2, leftUsd: 0 }])
  })

  test('at a service that has the work stays open until it says what it has cost', async () => {
    let isOpen = false
    const produce: ProduceFunction = async (_, { resume, checkpoint }) => {
      if (resume === undefined) await checkpoint({ id: 1 })
      if (isOpen) return { ...made, costUsd: 0.1 }
      throw new ProviderError('overloaded', 'Not yet.')
    }
    const { engine, result, status } = await runOf(produce, { priceUsd }, { budgetUsd: 5 })
    expect(result).toMatchObject({ status: 'failed', costUsd: 0, budgets: [{ spentUsd: 1 }] })
    expect(status.uncertainCostUsd).toBe(1)
    isOpen = true
    const next = await engine.run({ blueprint: blueprint(2, { attempts: 1 }), budgetUsd: 5 })
    expect(next).toMatchObject({ status: 'succeeded', costUsd: 0.2, budgets: [{ spentUsd: 0.2 }] })
    expect(await engine.movie('paid').status()).toMatchObject({ costUsd: 0.2, uncertainCostUsd: 0 })
    expect((await engine.movie('paid').verify()).findings).toEqual([])
  })
})

test('a budget by provider counts what its producers have spent before; one of a run does not', async () => {
  const providers = { paid: inline(() => ({ ...made, costUsd: 1 }), { priceUsd: { perCall: 1 } }) }
  const engine = await testEngine({ store: await newStore('memory'), providers })
  const request = { blueprint: blueprint(9) }
  const ofMovie = { budgetUsd: { providers: { paid: 2 } } }
  expect(await engine.run({ ...request, ...ofMovie })).toMatchObject({ costUsd: 2 })
  expect(await engine.run({ ...request, ...ofMovie })).toMatchObject({
    costUsd: 0,
    stopReason: 'budget',
  })
  const ofRun = { budgetRunUsd: { providers: { paid: 2 } } }
  for (let count = 0; count < 2; count++)
    expect(await engine.run({ ...request, ...ofRun })).toMatchObject({
      costUsd: 2,
      stopReason: 'budget',
    })
  expect(await engine.run({ ...request, budgetUsd: 8 })).toMatchObject({ costUsd: 2 })
})

test('money is told before the first call, while a run lasts, and at its end', async () => {
  const seen: object[] = []
  let calls = 0
  const paid = inline(
    () => {
      calls++
      return { ...made, costUsd: 1 }
    },
    { priceUsd: { perCall: 1 } },
  )
  const engine = await testEngine({ store: await newStore('memory'), providers: { paid } })
  const run = engine.run({ blueprint: blueprint(3), budgetUsd: 10 })
  run.on('started', ({ budgets, movieCostUsd }) => seen.push({ budgets, movieCostUsd, calls }))
  let last: { costUsd?: number; budgets?: readonly { leftUsd: number }[] } = {}
  run.on('progress', progress => {
    last = progress
  })
  await run
  expect(seen).toMatchObject([{ budgets: [{ limitUsd: 10, leftUsd: 10 }], movieCostUsd: 0, calls: 0 }])
  expect(last).toMatchObject({ costUsd: 3, budgets: [{ leftUsd: 7, spentUsd: 3 }] })
})
