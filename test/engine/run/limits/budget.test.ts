import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  inline,
  type ProduceFunction,
  ProviderError,
} from '../../../../dist/index.js'
import { Calls, runAll, testEngine } from '../../../support/engine-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const wide = (count: number): BlueprintDefinition => ({
  name: 'wide',
  loops: { n: { count } },
  producers: { Clip: { loop: 'n', provider: 'paid', outputs: { Text: 'text' } } },
})
const made = { outputs: { Text: 'made' } }
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

describe('a budget', () => {
  test('is never exceeded by what is in flight, and a higher one makes the rest', async () => {
    let bill = 0
    const calls = new Calls()
    const produce: ProduceFunction = async () => {
      bill += 0.02
      await turn()
      // Cheaper than it could have been, so that some of what was kept aside comes back.
      return { ...made, costUsd: 0.02 }
    }
    const paid = { ...calls.provider(produce), priceUsd: { maxPerJob: 0.05 } }
    const engine = await testEngine({ store: 'memory:', concurrency: 50, providers: { paid } })
    const first = await engine.run({ blueprint: wide(300), budgetUsd: { total: 2 } })
    expect(first).toMatchObject({ status: 'stopped', stopReason: 'budget', costUsd: expect.closeTo(bill) })
    expect(bill).toBeLessThanOrEqual(2)
    // Stopped only because not even one more job would fit.
    expect(bill).toBeGreaterThan(2 - 0.05)
    const before = calls.take().length
    const rest = await runAll(engine, { blueprint: wide(300), budgetUsd: { total: 100 } })
    expect(rest).toMatchObject({ counts: { cached: before, succeeded: 300 - before } })
  })

  test('counts amounts under the names that 0.1 had for them', async () => {
    const providers = {
      paid: { module: 'builtin:simulate', config: { cost: 0.5 } },
      priced: { ...inline(() => made), price: { perCall: 0.25 } },
    }
    const engine = await testEngine({ store: 'memory:', providers })
    const blueprint = {
      name: 'former',
      producers: {
        Clip: { provider: 'paid', outputs: { Text: 'text' } },
        Title: { provider: 'priced', outputs: { Text: 'text' } },
      },
    } as const
    expect(await engine.run({ blueprint, budgetUsd: 1 })).toMatchObject({
      status: 'succeeded',
      costUsd: 0.75,
    })
  })

  test('that is spent already starts nothing, also of code that has no price', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'own.mjs'),
      'export default () => ({ outputs: { Text: "x" }, costUsd: 0.05 })',
    )
    const engine = await testEngine({
      store: 'memory:',
      concurrency: 3,
      folder,
      providers: { paid: { module: './own.mjs' } },
    })
    const request = { blueprint: wide(30), budgetUsd: 0.2 }
    const first = await engine.run(request)
    expect(first).toMatchObject({ status: 'stopped', stopReason: 'budget' })
    expect(first.counts.succeeded).toBeGreaterThanOrEqual(4)
    for (const _ of [1, 2])
      expect(await engine.run(request)).toMatchObject({
        status: 'stopped',
        stopReason: 'budget',
        counts: { succeeded: 0, cached: first.counts.succeeded },
        costUsd: 0,
      })
  })

  test('counts what may have been charged: an attempt that timed out, and a success that names no cost', async () => {
    const silent = inline(() => made, { priceUsd: { perSecond: 1, maxPerJob: 0.5 } })
    const engine = await testEngine({ store: 'memory:', providers: { paid: silent } })
    const run = await engine.run({ blueprint: wide(10), budgetUsd: { total: 2 } })
    expect(run).toMatchObject({ stopReason: 'budget', counts: { succeeded: 4 } })
    const late: ProduceFunction = async (_, { signal }) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      return made
    }
    const blueprint = wide(10)
    const patient = {
      ...blueprint,
      name: 'late',
      producers: { Clip: { ...blueprint.producers.Clip!, timeout: '20ms', retry: { attempts: 1 } } },
    }
    const other = await testEngine({
      store: 'memory:',
      concurrency: 1,
      providers: { paid: inline(late, { priceUsd: { perCall: 1 } }) },
    })
    const timedOut = await other.run({ blueprint: patient, budgetUsd: { total: 3 } })
    expect(timedOut).toMatchObject({ stopReason: 'budget', counts: { failed: 3 } })
  })

  test('counts work that a service has taken, whatever became of the attempt', async () => {
    let bill = 0
    // Submits once, and is refused when it asks for the result.
    const submitting: ProduceFunction = async (_, { resume, checkpoint }) => {
      if (resume !== undefined) return { ...made, costUsd: 1 }
      bill++
      await checkpoint({ id: bill })
      throw new ProviderError('rate_limited', 'Too many questions.', { retryAfterMs: 1 })
    }
    const paid = inline(submitting, { priceUsd: { perCall: 1 } })
    const engine = await testEngine({ store: 'memory:', concurrency: 2, providers: { paid } })
    const run = await engine.run({ blueprint: wide(10), budgetUsd: { total: 4 } })
    expect(run).toMatchObject({ stopReason: 'budget', costUsd: 4, counts: { succeeded: 4 } })
    expect(bill).toBe(4)
  })

  test('counts each call of a job whose earlier one is over', async () => {
    let bill = 0
    const unusable: ProduceFunction = async (_, { checkpoint }) => {
      bill++
      await checkpoint({ unusable: bill }, { isOver: true })
      throw new ProviderError('overloaded', 'An answer that cannot be used.', { retryAfterMs: 1 })
    }
    const paid = inline(unusable, { priceUsd: { perCall: 1 } })
    const engine = await testEngine({ store: 'memory:', concurrency: 1, providers: { paid } })
    const run = await engine.run({ blueprint: wide(10), budgetUsd: { total: 4 } })
    expect(run).toMatchObject({ stopReason: 'budget' })
    expect(bill).toBe(4)
  })

  test('does not count what was refused', async () => {
    let refusals = 20
    const produce: ProduceFunction = () => {
      if (refusals-- <= 0) return { ...made, costUsd: 1 }
      throw Object.assign(new Error('busy'), { name: 'ProviderError', code: 'rate_limited', retryAfterMs: 1 })
    }
    const paid = inline(produce, { priceUsd: { perCall: 1 } })
    const engine = await testEngine({ store: 'memory:', providers: { paid } })
    expect(await runAll(engine, { blueprint: wide(5), budgetUsd: { total: 5 } })).toMatchObject({
      costUsd: 5,
    })
  })

  test('of one provider leaves the others alone', async () => {
    const blueprint: BlueprintDefinition = {
      name: 'two',
      loops: { n: { count: 10 } },
      producers: {
        Dear: { loop: 'n', provider: 'paid', outputs: { Text: 'text' } },
        Cheap: { loop: 'n', provider: 'free', outputs: { Text: 'text' } },
      },
    }
    const providers = { paid: inline(() => made, { priceUsd: { perCall: 1 } }), free: inline(() => made) }
    const engine = await testEngine({ store: 'memory:', providers })
    const run = await engine.run({ blueprint, budgetUsd: { providers: { paid: 3 } } })
    expect(run).toMatchObject({ stopReason: 'budget', counts: { succeeded: 13 }, costUsd: 3 })
  })

  test.each([
    [undefined, /"paid" has no price/],
    [{ perSecond: 0.1 }, /nothing bounds/],
    [{ perMillionOutputTokens: 2 }, /nothing bounds/],
  ])('needs a price that bounds each job: %j', async (priceUsd, problem) => {
    const engine = await testEngine({
      store: 'memory:',
      providers: { paid: inline(() => made, { priceUsd }) },
    })
    const run = engine.run({ blueprint: wide(1), budgetUsd: { total: 1 } })
    await expect(run).rejects.toMatchObject({
      code: 'BUDGET_UNPRICED',
      message: expect.stringMatching(problem),
    })
  })

  test('names a provider that the blueprint does not use', async () => {
    const engine = await testEngine({ store: 'memory:', providers: { paid: inline(() => made) } })
    const run = engine.run({ blueprint: wide(1), budgetUsd: { providers: { piad: 1 } } })
    await expect(run).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  })
})

test('a price makes the cost of what the provider counts', async () => {
  const usage = { inputTokens: 1_000, outputTokens: 500 }
  const priceUsd = { perMillionInputTokens: 2, perMillionOutputTokens: 10, perCall: 0.001 }
  const paid = inline(() => ({ ...made, usage }), {
    priceUsd,
    model: 'm',
    models: { big: { priceUsd: { perCall: 1 } } },
  })
  const engine = await testEngine({ store: 'memory:', providers: { paid } })
  expect((await runAll(engine, { blueprint: wide(1) })).costUsd).toBeCloseTo(0.002 + 0.005 + 0.001)
  const big = wide(1)
  const blueprint = { ...big, name: 'big', producers: { Clip: { ...big.producers.Clip!, model: 'big' } } }
  expect((await runAll(engine, { blueprint })).costUsd).toBe(1)
})
