import { expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  type EngineOptions,
  ProviderError,
  type RunRequest,
} from '../../../dist/index.js'
import { Calls, newStore, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  loops: { row: { count: 100 } },
  producers: {
    Draft: { loop: 'row', provider: 'good', with: { row: '${index.row}' }, outputs: { Text: 'text' } },
    Tagline: {
      loop: 'row',
      provider: 'writer',
      with: { draft: '${Draft[row].Text}', row: '${index.row}' },
      outputs: { Text: 'text' },
      retry: { attempts: 1 },
    },
  },
}

async function shop(fails: (row: number) => boolean, options: Partial<EngineOptions> = {}) {
  const calls = new Calls()
  const is = { fixed: false }
  const good = calls.provider(({ inputs }) => ({ outputs: { Text: `${inputs.row}` } }))
  const writer = calls.provider(({ inputs }) => {
    if (!is.fixed && fails(Number(inputs.row))) throw new ProviderError('content', 'The prompt is empty.')
    return { outputs: { Text: 'made' } }
  })
  const engine = await testEngine({
    store: await newStore('memory'),
    providers: { good, writer },
    concurrency: 1,
    ...options,
  })
  const run = (request: Partial<RunRequest> = {}) =>
    engine.run({ blueprint, inputs: {}, ...request } as RunRequest)
  return { engine, calls, is, run }
}

test('a prompt that is wrong for all stops after the first jobs, and the next run goes on', async () => {
  const { engine, calls, is, run } = await shop(() => true)
  const result = await run({ stop: { failureRate: 0.5, after: 20 } })
  expect(result).toMatchObject({
    status: 'stopped',
    stopReason: 'failures',
    counts: { succeeded: 100, failed: 20, open: 80 },
  })
  expect(result.stopMessage).toContain('20 of 20 jobs of Tagline failed')
  expect((await engine.movie('shop').status()).lastRun).toMatchObject({ stopReason: 'failures' })
  calls.take()
  is.fixed = true
  expect(await run({ stop: { failureRate: 0.5, after: 20 } })).toMatchObject({ status: 'succeeded' })
  expect(calls.take()).toHaveLength(100)
})

test('a share that is smaller stops nothing, whatever other producers do', async () => {
  const { run } = await shop(row => row % 3 === 0)
  expect(await run({ stop: { failureRate: 0.5 } })).toMatchObject({
    status: 'failed',
    counts: { succeeded: 166, failed: 34 },
  })
})

test('it counts from the first job that makes the share, not before enough have ended', async () => {
  const { run } = await shop(row => row >= 30)
  const { counts } = await run({ stop: { failureRate: 0.5, after: 5 } })
  expect(counts).toMatchObject({ succeeded: 130, failed: 30 })
})

test('a run that says nothing goes by its blueprint, and a blueprint that says nothing by the config', async () => {
  const byBlueprint = await shop(() => true)
  const strict = { ...blueprint, stop: { failureRate: 0.5, after: 3 } }
  expect(await byBlueprint.run({ blueprint: strict })).toMatchObject({
    stopReason: 'failures',
    counts: { failed: 3 },
  })
  const byConfig = await shop(() => true, { stop: { failureRate: 0.5, after: 4 } })
  expect(await byConfig.run()).toMatchObject({ stopReason: 'failures', counts: { failed: 4 } })
  const both = await shop(() => true, { stop: { failureRate: 0.5, after: 4 } })
  expect(await both.run({ blueprint: strict })).toMatchObject({ counts: { failed: 3 } })
  const all = await shop(() => true, { stop: { failureRate: 0.5, after: 4 } })
  const own = { blueprint: strict, stop: { failureRate: 0.5, after: 5 } }
  expect(await all.run(own)).toMatchObject({ counts: { failed: 5 } })
})

test.each([[{ failureRate: 0 }], [{ failureRate: 2 }], [{ after: 3 }], [{ failureRate: 0.5, after: 0 }]])(
  'stop: %j is refused',
  async stop => {
    const { run } = await shop(() => false)
    await expect(run({ stop } as never)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  },
)
