import { beforeEach, describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'haiku',
  inputs: { wanted: { type: 'integer', default: 5 } },
  loops: { poem: { until: { accepted: '${inputs.wanted}', of: 'Keep', attempts: 40 } } },
  producers: {
    Draft: { loop: 'poem', provider: 'draft', with: { n: '${index.poem}' }, outputs: { Text: 'text' } },
    Judge: {
      loop: 'poem',
      provider: 'judge',
      with: { n: '${index.poem}', text: '${Draft[poem].Text}' },
      outputs: { Score: 'number' },
    },
    Keep: {
      loop: 'poem',
      provider: 'echo',
      when: { value: '${Judge[poem].Score}', atLeast: 1 },
      with: { text: '${Draft[poem].Text}' },
      outputs: { Text: 'text' },
    },
    Book: {
      provider: 'echo',
      with: { poems: '${Keep[*].Text}', drafts: '${Draft[*].Text}' },
      outputs: { Text: 'text' },
    },
  },
}

let engine: Engine
let good: (n: number) => boolean
const calls = new Calls()
beforeEach(async () => {
  good = n => n % 3 === 0
  const draft = calls.provider(({ inputs }) => ({ outputs: { Text: `poem ${inputs.n}` } }))
  const judge = calls.provider(({ inputs }) => ({ outputs: { Score: good(Number(inputs.n)) ? 1 : 0 } }))
  const echo = calls.provider(({ inputs }) => ({ outputs: { Text: JSON.stringify(inputs) } }))
  engine = await testEngine({
    store: await newStore('file'),
    providers: { draft: inline(draft.provider), judge: inline(judge.provider), echo: inline(echo.provider) },
  })
  calls.take()
})

const all = (request: object = {}) => runAll(engine, { blueprint, ...request })
const book = async () => JSON.parse(String((await valuesIn(engine, 'haiku'))['Book.Text']))

describe('until', () => {
  test('tries elements until enough are accepted', async () => {
    expect(await all()).toMatchObject({ status: 'succeeded' })
    const made = calls.take()
    const drafts = made.filter(id => id.startsWith('Draft')).length
    expect(drafts).toBeGreaterThanOrEqual(13)
    expect(drafts).toBeLessThanOrEqual(17)
    expect((await book()).drafts).toEqual([0, 3, 6, 9, 12].map(n => `poem ${n}`))
    expect((await engine.movie('haiku').verify()).findings).toEqual([])
  })

  test('makes nothing again, pays the difference for more, and nothing for fewer', async () => {
    await all()
    const first = calls.take().filter(id => id.startsWith('Draft')).length
    await all()
    expect(calls.take()).toEqual([])
    await all({ inputs: { wanted: 10 } })
    const more = calls.take().filter(id => id.startsWith('Draft')).length
    expect(first + more).toBeLessThanOrEqual(33)
    expect((await book()).drafts.length).toBe(10)
    await all({ inputs: { wanted: 2 } })
    expect(calls.take()).toEqual(['Book'])
    expect((await book()).drafts).toEqual(['poem 0', 'poem 3'])
    await all({ inputs: { wanted: 10 } })
    expect(calls.take()).toEqual([])
    expect((await book()).drafts.length).toBe(10)
    expect((await engine.movie('haiku').verify()).findings).toEqual([])
  })

  test('ends with what passed when all attempts are spent', async () => {
    good = n => n === 3
    const { status, failures } = await engine.run({ blueprint })
    expect([status, failures?.map(({ code }) => code)]).toEqual(['failed', ['invalid']])
    expect(failures![0]!.message).toContain('1 of 5 accepted after 40 attempts')
    expect(calls.take().filter(id => id.startsWith('Draft')).length).toBe(40)
    expect((await valuesIn(engine, 'haiku'))['Book.Text']).toBeUndefined()
  })

  test('goes on where attempts were spent, once there are more', async () => {
    const few = { ...blueprint, loops: { poem: { until: { accepted: 5, of: 'Keep', attempts: 8 } } } }
    expect((await engine.run({ blueprint: few })).status).toBe('failed')
    expect(calls.take().filter(id => id.startsWith('Draft')).length).toBe(8)
    await all()
    const made = calls.take()
    expect(made.filter(id => id.startsWith('Draft')).every(id => Number(/\d+/.exec(id)![0]) >= 8)).toBe(true)
    expect((await book()).drafts.length).toBe(5)
  })

  test('gives what there is to a reader that says it may be short', async () => {
    good = n => n === 3
    const optional = structuredClone(blueprint) as typeof blueprint
    optional.producers.Book!.with = { drafts: '${Draft[*].Text?}' }
    expect((await engine.run({ blueprint: optional })).status).toBe('failed')
    expect((await book()).drafts).toEqual(['poem 3'])
  })

  test('has a list for each element around what decides, and goes by an output', async () => {
    const lists: BlueprintDefinition = {
      name: 'haiku',
      inputs: { topics: { type: 'json', default: ['rain', 'snow'] } },
      loops: {
        topic: { over: '${inputs.topics}' },
        poem: { until: { accepted: 2, of: 'Judge.Score', atLeast: 1, attempts: 20 } },
      },
      producers: {
        Draft: {
          loop: ['topic', 'poem'],
          provider: 'draft',
          with: { n: '${index.poem}', topic: '${topic}' },
          outputs: { Text: 'text' },
        },
        Judge: {
          loop: ['topic', 'poem'],
          provider: 'judge',
          with: { n: '${index.poem}', text: '${Draft[topic][poem].Text}' },
          outputs: { Score: 'number' },
        },
        Book: {
          loop: 'topic',
          provider: 'echo',
          with: { drafts: '${Draft[topic][*].Text}' },
          outputs: { Text: 'text' },
        },
        Shelf: { provider: 'echo', with: { drafts: '${Draft[*][*].Text}' }, outputs: { Text: 'text' } },
      },
    }
    await runAll(engine, { blueprint: lists })
    const values = await valuesIn(engine, 'haiku')
    expect(JSON.parse(String(values['Book[1].Text'])).drafts).toEqual(['poem 0', 'poem 3'])
    expect(JSON.parse(String(values['Shelf.Text'])).drafts).toHaveLength(4)
    calls.take()
    await runAll(engine, { blueprint: lists })
    expect(calls.take()).toEqual([])
    expect((await engine.movie('haiku').verify()).findings).toEqual([])
  })

  test('takes a check as an answer, whose rejections fail no run and are not asked again', async () => {
    const checked: BlueprintDefinition = {
      name: 'haiku',
      loops: { poem: { until: { accepted: 3, of: 'Judge', attempts: 20 } } },
      stop: { failureRate: 0.1, after: 1 },
      producers: {
        Judge: {
          loop: 'poem',
          provider: 'judge',
          with: { n: '${index.poem}' },
          outputs: { Score: 'number' },
          check: { that: [{ value: '${outputs.Score}', is: 1 }], attempts: 1 },
        },
        Book: { provider: 'echo', with: { scores: '${Judge[*].Score}' }, outputs: { Text: 'text' } },
      },
    }
    const result = await runAll(engine, { blueprint: checked })
    expect(result.counts.failed).toBeGreaterThanOrEqual(4)
    expect((await book()).scores).toEqual([1, 1, 1])
    calls.take()
    await runAll(engine, { blueprint: checked })
    expect(calls.take()).toEqual([])
  })

  test('is planned, rehearsed and exported: what is needed in any case, and a range', async () => {
    const preview = await engine.plan({ blueprint, inputs: { wanted: 10 } })
    expect(preview.counts.run).toBe(31)
    expect(preview.unknownJobs.map(({ producer, min, max }) => [producer, min, max])).toEqual([
      ['Draft', 0, 30],
      ['Judge', 0, 30],
      ['Keep', 0, 30],
    ])
    const rehearsal = await engine.rehearse({ blueprint, latencyMs: { draft: 10, judge: 10, echo: 10 } })
    expect(rehearsal.least!.counts.succeeded).toBe(16)
    expect(rehearsal.most!.counts.succeeded).toBe(3 * 40 + 1)
    await all()
    const rows: (boolean | undefined)[] = []
    for await (const row of engine.movie('haiku').rows('poem')) rows.push(row.accepted)
    expect(rows.filter(Boolean).length).toBe(5)
    expect(rows.slice(0, 4)).toEqual([true, false, false, true])
    const accepted: unknown[] = []
    for await (const row of engine.movie('haiku').rows('poem', { onlyAccepted: true })) accepted.push(row.key)
    expect(accepted).toEqual([0, 3, 6, 9, 12])
  })

  test('is left by a budget, and goes on in the next run', async () => {
    const paid = calls.provider(({ inputs }) => ({ outputs: { Score: good(Number(inputs.n)) ? 1 : 0 } }))
    const priced = await testEngine({
      store: await newStore('file'),
      concurrency: 2,
      providers: {
        draft: inline(() => ({ outputs: { Text: 'a poem' } }), { priceUsd: { perCall: 0 } }),
        judge: inline(paid.provider, { priceUsd: { perCall: 1 } }),
        echo: inline(({ inputs }) => ({ outputs: { Text: JSON.stringify(inputs) } }), {
          priceUsd: { perCall: 0 },
        }),
      },
    })
    const stopped = await priced.run({ blueprint, budgetUsd: 7 })
    expect([stopped.status, stopped.stopReason]).toEqual(['stopped', 'budget'])
    const first = calls.take()
    expect(first.length).toBe(7)
    expect((await priced.run({ blueprint, budgetUsd: { total: 100 } })).status).toBe('succeeded')
    expect(calls.take().filter(id => first.includes(id))).toEqual([])
    expect(JSON.parse(String((await valuesIn(priced, 'haiku'))['Book.Text'])).drafts.length).toBe(5)
  })
})
