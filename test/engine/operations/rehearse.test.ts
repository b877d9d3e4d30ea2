import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline } from '../../../dist/index.js'
import { runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'

/** `count` jobs and one that reads them all. */
const fan = (count: number, config: object): BlueprintDefinition => ({
  name: 'fan',
  loops: { n: { count } },
  producers: {
    Clip: { loop: 'n', provider: 'simulate', config: config as never, outputs: { Text: 'text' } },
    All: {
      provider: 'template',
      with: { all: '${Clip[*].Text}' },
      config: { template: 'x' },
      outputs: { Text: 'text' },
    },
  },
})

const engineOf = (providers = {}) => testEngine({ store: 'memory:', providers })

describe('a rehearsal', () => {
  test('takes as long as the places allow, costs what the jobs cost, and writes nothing', async () => {
    const engine = await engineOf()
    const blueprint = fan(200, { latencyMs: 1_000, costUsd: 0.01 })
    const rehearsal = await engine.rehearse({ blueprint, concurrency: 10 })
    expect(rehearsal).toMatchObject({
      counts: { succeeded: 201, failed: 0 },
      costUsd: 2,
      bottleneck: { type: 'concurrency' },
    })
    // Twenty rounds of a second, and what the engine needs besides.
    expect(rehearsal.durationMs).toBeGreaterThanOrEqual(20_000)
    expect(rehearsal.durationMs).toBeLessThan(20_200)
    await expect(engine.movie('fan').status()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
  })

  test('meets the same failures and retries as the real run of a simulation', async () => {
    const engine = await engineOf()
    const blueprint = fan(400, { latencyMs: 1, failureRate: 0.2, failureCode: 'invalid', seed: 7 })
    const { counts } = await engine.rehearse({ blueprint, concurrency: 50 })
    const run = await engine.run({ blueprint, concurrency: 50 })
    expect(counts).toEqual(run.counts)
    expect(counts.failed).toBeGreaterThan(40)
  })

  test.each([
    { failureRate: 1, failureCode: 'overloaded' },
    { failureRate: 1, failureCode: 'network' },
    { failureRate: 1, failureCode: 'timeout' },
    { failureRate: 1, failureCode: 'auth' },
    { rateLimitRate: 1, retryAfterMs: 100 },
  ])('ends where the first provider does nothing but fail by %j, and a spare answers', async failures => {
    const down = { module: 'builtin:simulate', config: { ...failures, latencyMs: 20 } }
    const engine = await engineOf({ down, up: { module: 'builtin:simulate', config: { latencyMs: 10 } } })
    const blueprint: BlueprintDefinition = {
      name: 'spared',
      loops: { n: { count: 20 } },
      producers: {
        Tag: { loop: 'n', provider: ['down', 'up'], outputs: { Text: 'text' }, retry: { attempts: 2 } },
      },
    }
    const rehearsal = await engine.rehearse({ blueprint, signal: AbortSignal.timeout(20_000) })
    expect(rehearsal.counts).toMatchObject({ succeeded: 20, failed: 0 })
    const up = rehearsal.providers.find(({ provider }) => provider === 'up')
    expect(up).toMatchObject({ attempts: 20, failedAttempts: 0 })
  })

  test('plans only what a movie lacks, and takes latencies from the jobs that it has', async () => {
    const providers = { slow: inline(async () => ({ outputs: { Text: 'made' } })) }
    const engine = await engineOf(providers)
    const wide = (count: number): BlueprintDefinition => ({
      name: 'wide',
      loops: { n: { count } },
      producers: { Clip: { loop: 'n', provider: 'slow', outputs: { Text: 'text' } } },
    })
    await expect(engine.rehearse({ blueprint: wide(5) })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    const misspelt = engine.rehearse({ blueprint: wide(5), latencyMs: { slow: 5, slwo: 5 } })
    await expect(misspelt).rejects.toThrow(
      'for provider "slwo", which this blueprint does not use. It uses slow.',
    )
    await runAll(engine, { blueprint: wide(5) })
    const rest = await engine.rehearse({ blueprint: wide(50) })
    expect(rest.counts).toMatchObject({ succeeded: 45, cached: 5 })
    const given = await engine.rehearse({ blueprint: wide(50), concurrency: 1, latencyMs: { slow: 2_000 } })
    expect(given.durationMs).toBeGreaterThanOrEqual(90_000)
    expect(Object.keys(await valuesIn(engine, 'wide'))).toHaveLength(5)
  })

  test('keeps to the limits of a provider, and names it as what holds the run back', async () => {
    const limited = {
      module: 'builtin:simulate',
      config: { latencyMs: 100 },
      limits: { requestsPerMinute: 60 },
    }
    const engine = await engineOf({ limited })
    const blueprint = fan(120, {})
    const producers = { Clip: { ...blueprint.producers.Clip!, provider: 'limited' } }
    const rehearsal = await engine.rehearse({ blueprint: { ...blueprint, producers }, concurrency: 50 })
    expect(rehearsal.bottleneck).toEqual({ type: 'provider', provider: 'limited' })
    expect(rehearsal.durationMs / 60_000).toBeCloseTo(2, 1)
  })

  test('stops at a budget, and skips what needs a job that fails', async () => {
    const engine = await engineOf()
    const priced = await engine.rehearse({
      blueprint: fan(100, { latencyMs: 10, costUsd: 1 }),
      budgetUsd: { total: 30 },
    })
    expect(priced).toMatchObject({ stopReason: 'budget', costUsd: 30, counts: { succeeded: 30 } })
    const failing = fan(3, { latencyMs: 10, failureRate: 1, failureCode: 'content' })
    expect(await engine.rehearse({ blueprint: failing })).toMatchObject({ counts: { failed: 3, skipped: 1 } })
  })

  test('of a chain says that jobs wait for jobs', async () => {
    const engine = await engineOf()
    const blueprint: BlueprintDefinition = {
      name: 'chain',
      loops: { n: { count: 20 } },
      producers: {
        Step: {
          loop: 'n',
          provider: 'simulate',
          with: { before: '${Step[n-1].Text?}' },
          config: { latencyMs: 500 },
          outputs: { Text: 'text' },
        },
      },
    }
    const rehearsal = await engine.rehearse({ blueprint, concurrency: 5 })
    expect(rehearsal.bottleneck).toEqual({ type: 'dependencies' })
    expect(Math.round(rehearsal.durationMs / 1_000)).toBe(10)
  })

  test('can be ended', async () => {
    const engine = await engineOf()
    const signal = AbortSignal.abort(new Error('enough'))
    const request = { blueprint: fan(20_000, { latencyMs: 1 }), concurrency: 1, signal }
    await expect(engine.rehearse(request)).rejects.toThrow('enough')
  })
})

test('a plan says how long the run will take', async () => {
  const engine = await engineOf()
  const { estimate } = await engine.plan({ blueprint: fan(50, { latencyMs: 1_000 }) })
  expect(Math.round(estimate.durationMs! / 1_000)).toBe(10)
})
