import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type ProduceFunction } from '../../../../dist/index.js'
import { gate, runAll, testEngine } from '../../../support/engine-fixture.js'

const made = { outputs: { Text: 'made' } }

const twoFamilies = (priority?: number): BlueprintDefinition => ({
  name: 'families',
  loops: { many: { count: 60 }, few: { count: 6 } },
  producers: {
    Huge: { loop: 'many', provider: 'p', with: { of: 'huge' }, outputs: { Text: 'text' } },
    Small: {
      loop: 'few',
      provider: 'p',
      with: { of: 'small' },
      outputs: { Text: 'text' },
      ...(priority && { priority }),
    },
  },
})

describe('families that wait for the same provider', () => {
  test.each(['layers', 'dataflow'] as const)(
    'a small fast one is not starved by a huge slow one (%s)',
    async schedule => {
      const smallDone = gate()
      let small = 0
      let huge = 0
      // Jobs of the huge one do not end before the small one is done.
      const produce: ProduceFunction = async ({ producer }) => {
        if (producer === 'Huge') {
          huge++
          await smallDone.opened
        } else if (++small === 6) smallDone.open()
        return made
      }
      const p = inline(produce, { limits: { concurrency: 4 } })
      const engine = await testEngine({ store: 'memory:', concurrency: 10, providers: { p } })
      await runAll(engine, { blueprint: twoFamilies(), schedule })
      expect([small, huge]).toEqual([6, 60])
    },
  )

  test('share the places by their priority', async () => {
    const active = { Huge: 0, Small: 0 }
    const all = gate()
    const produce: ProduceFunction = async ({ producer }) => {
      active[producer as 'Huge' | 'Small']++
      if (active.Huge + active.Small === 8) all.open()
      await all.opened
      return made
    }
    const engine = await testEngine({ store: 'memory:', concurrency: 8, providers: { p: inline(produce) } })
    const counted = engine.run({ blueprint: twoFamilies(3) })
    await all.opened
    expect({ ...active }).toEqual({ Huge: 2, Small: 6 })
    await counted
  })
})

describe('movies of one engine that wait for the same provider', () => {
  const wide = (name: string, count: number): BlueprintDefinition => ({
    name,
    loops: { n: { count } },
    producers: { Clip: { loop: 'n', provider: 'p', outputs: { Text: 'text' } } },
  })

  test('share its places, and the later one is not starved', async () => {
    const secondDone = gate()
    let running = 0
    let most = 0
    const started: string[] = []
    const produce: ProduceFunction = async ({ movieId }) => {
      started.push(movieId)
      most = Math.max(most, ++running)
      // After its first four jobs, the first movie makes one at a time until the second is done.
      if (movieId === 'first' && started.length > 20) await secondDone.opened
      else await new Promise(resolve => setImmediate(resolve))
      running--
      return made
    }
    const p = inline(produce, { limits: { concurrency: 4 } })
    const engine = await testEngine({ store: 'memory:', concurrency: 10, providers: { p } })
    const first = engine.run({ blueprint: wide('first', 200) })
    const firstRuns = gate()
    first.on('job', () => firstRuns.open())
    await firstRuns.opened
    const second = runAll(engine, { blueprint: wide('second', 50) }).then(() => secondDone.open())
    await Promise.all([second, first])
    expect(most).toBe(4)
    expect(started).toHaveLength(250)
  })

  test('a pause of a service that refuses everything holds for all of them', async () => {
    const refusals = 8
    let refused = 0
    let atMs = 0
    const calls: { movieId: string; afterMs: number }[] = []
    const produce: ProduceFunction = ({ movieId }) => {
      if (refused < refusals) {
        refused++
        atMs = performance.now()
        throw Object.assign(new Error('busy'), {
          name: 'ProviderError',
          code: 'rate_limited',
          retryAfterMs: 300,
        })
      }
      calls.push({ movieId, afterMs: performance.now() - atMs })
      return made
    }
    const engine = await testEngine({
      store: 'memory:',
      concurrency: refusals,
      providers: { p: inline(produce) },
    })
    const first = engine.run({ blueprint: wide('first', refusals) })
    await new Promise<void>(resolve => {
      let retrying = 0
      first.on('job', ({ state }) => state === 'retrying' && ++retrying === refusals && resolve())
    })
    await Promise.all([first, runAll(engine, { blueprint: wide('second', 3) })])
    expect(calls).toHaveLength(refusals + 3)
    for (const { afterMs } of calls) expect(afterMs).toBeGreaterThan(290)
  })
})
