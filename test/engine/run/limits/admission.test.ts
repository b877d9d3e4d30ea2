import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  type InlineProvider,
  inline,
  type LimiterProgress,
  type ProduceFunction,
  ProviderError,
  type Schedule,
} from '../../../../dist/index.js'
import { Calls, gate, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'

/** `A[n]` → `B[n]` → `C[n]`, and `Sum` of them all; each is made, although they are alike. */
const chains = (count: number): BlueprintDefinition => ({
  name: 'chains',
  loops: { n: { count } },
  producers: {
    A: { loop: 'n', provider: 'p', outputs: { Text: 'text' }, reuse: false },
    B: { loop: 'n', provider: 'q', with: { from: '${A[n].Text}' }, outputs: { Text: 'text' }, reuse: false },
    C: { loop: 'n', provider: 'p', with: { from: '${B[n].Text}' }, outputs: { Text: 'text' }, reuse: false },
    Sum: { provider: 'p', with: { all: '${C[*].Text}' }, outputs: { Text: 'text' } },
  },
})

/** Something else of each job, since equal ones are made once. */
const made = ({ jobId }: { readonly jobId: string }) => ({ outputs: { Text: jobId } })

/** Counts how many jobs run at the same time. */
class Crowd {
  most = 0
  #now = 0

  async during(work: () => Promise<void>): Promise<void> {
    this.most = Math.max(this.most, ++this.#now)
    await work()
    this.#now--
  }
}

async function fewTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn()
}

/** A provider whose jobs are counted in all these crowds. */
function crowded(crowds: readonly Crowd[], limit?: number): InlineProvider {
  const produce: ProduceFunction = async request => {
    await crowds.reduceRight((work, crowd) => () => crowd.during(work), fewTurns)()
    return made(request)
  }
  return inline(produce, { limits: { concurrency: limit } })
}

describe('concurrency', () => {
  test.each(['layers', 'dataflow'] as const)(
    'of the run and of a provider is used and never exceeded (%s)',
    async schedule => {
      const p = new Crowd()
      const q = new Crowd()
      const all = new Crowd()
      const engine = await testEngine({
        store: 'memory:',
        concurrency: 7,
        providers: { p: crowded([p, all]), q: crowded([q, all], 2) },
      })
      await runAll(engine, { blueprint: chains(30), schedule })
      expect([p.most, q.most, all.most]).toEqual([7, 2, 7])
    },
  )

  test.each([
    [{ model: 'big' }, 2],
    [{ config: { model: 'big' } }, 2],
    [{ config: { modelId: 'big' } }, 2],
    [{ config: { body: { model: 'big', prompt: '{{n}}' } } }, 2],
    [{ config: { model: 'small' } }, 6],
    // A job names it itself.
    [{ config: { body: { model: '{{model}}' } } }, 2],
    [{ config: { url: 'https://a.test/{{model}}/make' } }, 2],
    [{}, 2],
    [{ config: { body: { model: '{{other}}' } } }, 6],
    [{ model: 'small', config: { model: 'big' } }, 6],
  ])('of a model is kept to where %j names it: %i', async (named, most) => {
    const crowd = new Crowd()
    const one = crowded([crowd])
    const engine = await testEngine({
      store: 'memory:',
      concurrency: 6,
      providers: { p: { ...one, models: { big: { limits: { concurrency: 2 } } } } },
    })
    const Clip = {
      loop: 'n',
      provider: 'p',
      with: { n: '${index.n}', model: 'big' },
      outputs: { Text: 'text' },
      ...named,
    } as const
    await runAll(engine, { blueprint: { name: 'one', loops: { n: { count: 30 } }, producers: { Clip } } })
    expect(crowd.most).toBe(most)
  })

  test('a crowded provider does not keep another one waiting', async () => {
    const allQuick = gate()
    const blueprint: BlueprintDefinition = {
      name: 'two',
      loops: { n: { count: 12 } },
      producers: {
        Slow: { loop: 'n', provider: 'slow', outputs: { Text: 'text' } },
        Quick: { loop: 'n', provider: 'quick', outputs: { Text: 'text' } },
      },
    }
    const slow: ProduceFunction = async request => {
      await allQuick.opened
      return made(request)
    }
    const engine = await testEngine({
      store: 'memory:',
      concurrency: 4,
      providers: { slow: inline(slow, { limits: { concurrency: 1 } }), quick: inline(made) },
    })
    const run = engine.run({ blueprint })
    let quickCount = 0
    run.on('job', ({ state, jobId }) => {
      if (state === 'succeeded' && jobId.includes('Quick') && ++quickCount === 12) allQuick.open()
    })
    expect(await run).toMatchObject({ status: 'succeeded', counts: { succeeded: 24 } })
  })
})

describe('the schedule', () => {
  async function orderOf(schedule: Schedule): Promise<string[]> {
    const calls = new Calls()
    const provider = calls.provider(made)
    const engine = await testEngine({
      store: 'memory:',
      concurrency: 1,
      providers: { p: provider, q: provider },
    })
    await runAll(engine, { blueprint: chains(3), schedule })
    return calls.take()
  }

  test('layers: one is complete before the next begins', async () => {
    const layers = (await orderOf('layers')).map(name => name[0])
    expect(layers.join('')).toBe('AAABBBCCCS')
  })

  test('dataflow: depth first, so that few chains are half made', async () => {
    expect(await orderOf('dataflow')).toEqual([
      ...['A[0]', 'B[0]', 'C[0]', 'A[1]', 'B[1]', 'C[1]', 'A[2]', 'B[2]', 'C[2]'],
      'Sum',
    ])
  })
})

describe('up to a layer', () => {
  test('makes just those layers, and the rest later', async () => {
    const calls = new Calls()
    const provider = calls.provider(made)
    const engine = await testEngine({ store: 'memory:', providers: { p: provider, q: provider } })
    const blueprint = chains(2)
    const preview = await engine.plan({ blueprint, upToLayer: 2 })
    expect(preview.counts).toMatchObject({ jobs: 4, run: 4 })
    expect(await runAll(engine, { blueprint, upToLayer: 2 })).toMatchObject({ counts: { succeeded: 4 } })
    expect(calls.take().sort()).toEqual(['A[0]', 'A[1]', 'B[0]', 'B[1]'])
    expect(Object.keys(await valuesIn(engine, 'chains'))).toHaveLength(4)
    expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { succeeded: 3, cached: 4 } })
    expect(calls.take().sort()).toEqual(['C[0]', 'C[1]', 'Sum'])
    expect(await runAll(engine, { blueprint, upToLayer: 99 })).toMatchObject({ counts: { cached: 7 } })
  })
})

test('progress ends with everything counted', async () => {
  const provider = inline(made)
  const engine = await testEngine({ store: 'memory:', providers: { p: provider, q: provider } })
  const run = engine.run({ blueprint: chains(40) })
  let last: unknown
  let least = Number.POSITIVE_INFINITY
  run.on('progress', progress => {
    last = progress
    least = Math.min(least, progress.total)
  })
  await run
  expect(least).toBe(121)
  expect(last).toMatchObject({ total: 121, active: 0, counts: { succeeded: 121 } })
  const producer = { total: 40, succeeded: 40, cached: 0, failed: 0, skipped: 0, active: 0 }
  expect(last).toHaveProperty('producers.1', { producer: 'B', provider: 'q', layers: [2, 2], ...producer })
})

test('progress says what holds jobs back', async () => {
  // So many in a row are no chance.
  let refusals = 8
  const produce: ProduceFunction = ({ jobId }) => {
    if (refusals-- > 0) throw new ProviderError('rate_limited', 'busy', { retryAfterMs: 200 })
    return { outputs: { Text: jobId } }
  }
  const p = inline(produce, { limits: { concurrency: 8, requestsPerMinute: 60_000 } })
  const engine = await testEngine({ store: 'memory:', concurrency: 8, providers: { p, q: p } })
  const run = engine.run({ blueprint: chains(8) })
  const limiters: LimiterProgress[] = []
  run.on('progress', progress => limiters.push(...progress.limiters))
  await run
  const pauses = limiters.flatMap(({ closedForMs = 0 }) => closedForMs)
  expect(limiters[0]).toMatchObject({ name: 'p', concurrency: 8, requestsPerMinute: 60_000 })
  expect(Math.max(...pauses)).toBeGreaterThan(0)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(200)
})
