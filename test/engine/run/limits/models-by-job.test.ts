import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  type Engine,
  inline,
  type ProviderSettings,
} from '../../../../dist/index.js'
import { ProviderError } from '../../../../dist/provider.js'
import { newStore, runAll, testEngine } from '../../../support/engine-fixture.js'

/** A table whose rows name their model in turn. */
const rows = (): BlueprintDefinition => ({
  name: 'rows',
  inputs: { rows: 'json' },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Text: {
      loop: 'row',
      provider: 'service',
      with: { model: '${row.Model}', n: '${index.row}' },
      outputs: { Out: 'text' },
      retry: { baseDelay: '1ms', maxDelay: '5ms' },
    },
  },
})

const table = (models: readonly string[], count = 60) => ({
  rows: Array.from({ length: count }, (_, n) => ({ Model: models[n % models.length]! })),
})

async function engineWith(
  settings: ProviderSettings,
  call: (model: string) => Promise<void>,
): Promise<Engine> {
  const provider = inline(async ({ inputs }) => {
    await call(inputs.model as string)
    return { outputs: { Out: String(inputs.n) } }
  }, settings)
  return await testEngine({
    store: await newStore('memory'),
    concurrency: 12,
    providers: { service: provider },
  })
}

test('limits of a model hold for the jobs that name it, and for no others', async () => {
  const inFlight: Record<string, number> = { slow: 0, fast: 0, other: 0 }
  const most = { ...inFlight }
  const engine = await engineWith(
    { models: { slow: { limits: { concurrency: 1 } }, fast: {} } },
    async model => {
      most[model] = Math.max(most[model]!, ++inFlight[model]!)
      await sleep(2)
      inFlight[model]!--
    },
  )
  const models = ['slow', 'fast', 'other']
  const { counts } = await runAll(engine, { blueprint: rows(), inputs: table(models) })
  expect(counts.succeeded).toBe(60)
  expect(most.slow).toBe(1)
  expect(most.fast).toBeGreaterThan(1)
  expect(most.other).toBeGreaterThan(1)
})

test('a model that is refused is given up, and the rows of the others are made', async () => {
  const calls: Record<string, number> = { gone: 0, good: 0 }
  const engine = await engineWith({ models: { gone: {}, good: {} } }, async model => {
    calls[model]!++
    await sleep(1)
    if (model === 'gone') throw new ProviderError('invalid', 'There is no such model.', { isOfSetup: true })
  })
  const models = ['gone', 'good']
  const result = await engine.run({ blueprint: rows(), inputs: table(models, 200) })
  expect(result).toMatchObject({ status: 'stopped', stopReason: 'refused' })
  expect(result.counts).toMatchObject({ succeeded: 100, failed: 0 })
  expect(result.stopMessage).toContain('gone')
  expect(calls.gone).toBeLessThanOrEqual(30)
  expect(calls.good).toBe(100)
})

test('prices of models count for the jobs that name them: in the plan, the run and a budget', async () => {
  const settings = {
    priceUsd: { perCall: 5 },
    models: { dear: { priceUsd: { perCall: 1 } }, cheap: { priceUsd: { perCall: 0.01 } } },
  }
  const engine = await engineWith(settings, async () => {})
  const models = ['dear', 'cheap']
  const request = { blueprint: rows(), inputs: table(models) }
  const { estimate } = await engine.plan(request)
  expect(estimate.costUsd).toBeCloseTo(30 * 1.01)
  expect(estimate.atMostUsd).toBeCloseTo(30 * 1.01)
  const part = await engine.run({ ...request, budgetUsd: 10 })
  expect(part).toMatchObject({ status: 'stopped', stopReason: 'budget' })
  expect(part.costUsd).toBeLessThanOrEqual(10)
  expect(part.costUsd).toBeGreaterThan(8)
  const rest = await runAll(engine, request)
  expect(part.costUsd + rest.costUsd).toBeCloseTo(30 * 1.01)
})

test('a model that was meant to be filled in is a mistake that says how', async () => {
  const engine = await engineWith({}, async () => {})
  const blueprint = rows()
  const Text = { ...blueprint.producers.Text!, model: '${row.Model}' }
  await expect(
    engine.plan({ blueprint: { ...blueprint, producers: { Text } }, inputs: table(['a']) }),
  ).rejects.toMatchObject({
    code: 'BLUEPRINT_INVALID',
    details: { mistakes: [{ path: 'producers.Text.model' }] },
  })
})
