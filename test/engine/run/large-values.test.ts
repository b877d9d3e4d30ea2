import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline } from '../../../dist/index.js'
import { Calls, newStore, runAll, STORES, testEngine, valuesIn } from '../../support/engine-fixture.js'

const large = { module: fileURLToPath(new URL('../../support/providers/large.mjs', import.meta.url)) }

/** A long text and large JSON, read whole, by field, in a text, in a condition and by fan-in. */
const book: BlueprintDefinition = {
  name: 'book',
  inputs: { kinds: { type: 'json', default: ['picture', 'blank', 'picture'] } },
  loops: { page: { count: 3 } },
  producers: {
    Script: {
      provider: 'large',
      with: { kinds: '${inputs.kinds}' },
      outputs: { Text: 'text', Pages: { type: 'json', loop: 'page' } },
    },
    Picture: {
      loop: 'page',
      provider: 'large',
      with: { prompt: 'A woodcut of ${Script.Pages[page].scene}' },
      when: { value: '${Script.Pages[page].kind}', is: 'picture' },
      outputs: { Seen: 'number', Echo: 'json' },
    },
    Whole: {
      provider: 'large',
      with: {
        text: '${Script.Text}',
        nested: { page: ['${Script.Pages[1]}'] },
        pages: '${Script.Pages[*]}',
        template: 'Begin: ${Script.Text}',
        kinds: '${Script.Pages[*].kind}',
      },
      outputs: { Seen: 'number', Echo: 'json' },
    },
  },
}

describe.each(STORES)('values above the inline limit (%s)', kind => {
  test('reach the provider as they are, wherever they are read', async () => {
    const store = await newStore(kind)
    const engine = await testEngine({ store, threads: 2, providers: { large } })
    expect(await runAll(engine, { blueprint: book })).toMatchObject({ counts: { succeeded: 4, skipped: 1 } })
    const values = await valuesIn(engine, 'book')
    expect(values['Picture[0].Echo']).toEqual({ prompt: 'A woodcut of scene of a picture page' })
    expect(values).not.toHaveProperty(['Picture[1].Echo'])
    const whole = JSON.parse(values['Whole.Echo'] as string)
    const text = `${'long text 🎬 '.repeat(3_000)}END`
    expect(whole.text).toBe(text)
    expect(whole.template).toBe(`Begin: ${text}`)
    expect(whole.kinds).toEqual(['picture', 'blank', 'picture'])
    expect(whole.pages.map(({ padding }: { padding: string }) => padding.length)).toEqual([
      20_000, 20_000, 20_000,
    ])
    expect(whole.nested).toEqual({ page: [whole.pages[1]] })

    const again = await runAll(engine, { blueprint: book })
    expect(again).toMatchObject({ revision: 1, counts: { succeeded: 0, cached: 4, skipped: 1 } })
    expect(await engine.movie('book').verify()).toMatchObject({ isClean: true })
  })

  test('are compared by what is read of them: another page changes only what reads that page', async () => {
    const store = await newStore(kind)
    const engine = await testEngine({ store, providers: { large } })
    await runAll(engine, { blueprint: book })
    const before = await valuesIn(engine, 'book')
    const inputs = { kinds: ['picture', 'blank', 'blank'] }
    const preview = await engine.plan({ blueprint: book, inputs })
    expect(preview.counts.run).toBe(5)
    // Script makes page 0 as before, and page 2 without a picture.
    expect(await runAll(engine, { blueprint: book, inputs })).toMatchObject({
      counts: { succeeded: 2, cached: 1, skipped: 2 },
    })
    const after = await valuesIn(engine, 'book')
    expect(after['Picture[0].Echo']).toEqual(before['Picture[0].Echo'])
    expect(JSON.parse(after['Whole.Echo'] as string).kinds).toEqual(['picture', 'blank', 'blank'])
  })
})

describe('sizes at the edges', () => {
  test('a fan-in of 5,000 comes in index order', async () => {
    const blueprint: BlueprintDefinition = {
      name: 'many',
      loops: { n: { count: 5_000 } },
      producers: {
        Number: { loop: 'n', provider: 'number', with: { n: '${index.n}' }, outputs: { Value: 'number' } },
        Sum: { provider: 'sum', with: { values: '${Number[*].Value}' }, outputs: { Facts: 'json' } },
      },
    }
    const number = inline(({ inputs }) => ({ outputs: { Value: inputs.n as number } }))
    const sum = inline(({ inputs }) => {
      const values = inputs.values as number[]
      const isOrdered = values.every((value, at) => value === at)
      return { outputs: { Facts: { count: values.length, isOrdered } } }
    })
    const engine = await testEngine({ store: 'memory:', concurrency: 500, providers: { number, sum } })
    expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { succeeded: 5_001 } })
    let facts: unknown
    for await (const { artifactId, value } of engine.movie('many').artifacts())
      if (artifactId === 'Producer:Sum.Facts') facts = value
    expect(facts).toEqual({ count: 5_000, isOrdered: true })
  })

  test('a run of no jobs at all succeeds, and its fan-in gets an empty list', async () => {
    const calls = new Calls()
    const list = calls.provider(({ inputs }) => ({ outputs: { Texts: inputs.texts as string[] } }))
    const engine = await testEngine({ store: await newStore('file'), providers: { list } })
    const none: BlueprintDefinition = {
      name: 'none',
      inputs: { rows: { type: 'table', default: [] } },
      loops: { row: { over: '${inputs.rows}' } },
      producers: {
        Clip: { loop: 'row', provider: 'list', with: { texts: ['${row.text}'] }, outputs: { Texts: 'json' } },
      },
    }
    const counts = { succeeded: 0, failed: 0, skipped: 0, cached: 0 }
    expect(await runAll(engine, { blueprint: none })).toMatchObject({ revision: 1, counts })
    const all = { provider: 'list', with: { texts: '${Clip[*].Texts}' }, outputs: { Texts: 'json' as const } }
    await runAll(engine, { blueprint: { ...none, producers: { ...none.producers, All: all } } })
    expect(calls.take()).toEqual(['All'])
    expect(await valuesIn(engine, 'none')).toEqual({ 'All.Texts': [] })
    expect(await engine.movie('none').verify()).toMatchObject({ isClean: true })
  })

  test('rows that are added later are made, and those that are gone stay as they are', async () => {
    const calls = new Calls()
    const upper = calls.provider(({ inputs }) => ({ outputs: { Text: String(inputs.text).toUpperCase() } }))
    const engine = await testEngine({ store: 'memory:', providers: { upper } })
    const blueprint: BlueprintDefinition = {
      name: 'rows',
      inputs: { rows: 'table' },
      loops: { row: { over: '${inputs.rows}' } },
      producers: {
        Clip: { loop: 'row', provider: 'upper', with: { text: '${row.text}' }, outputs: { Text: 'text' } },
      },
    }
    const rows = (...texts: string[]) => ({ blueprint, inputs: { rows: texts.map(text => ({ text })) } })
    await runAll(engine, rows('a', 'b', 'c'))
    calls.take()
    expect(await runAll(engine, rows('a', 'b', 'c', 'd'))).toMatchObject({
      counts: { succeeded: 1, cached: 3 },
    })
    expect(calls.take()).toEqual(['Clip[3]'])
    expect(await runAll(engine, rows('a'))).toMatchObject({ counts: { succeeded: 0, cached: 1 } })
    expect(Object.keys(await valuesIn(engine, 'rows'))).toHaveLength(4)
    await runAll(engine, rows('a', 'b', 'c', 'd'))
    expect(calls.take()).toEqual([])
    expect(await engine.movie('rows').verify()).toMatchObject({ isClean: true })
  })
})
