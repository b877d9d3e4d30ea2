import { beforeEach, describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, updatesOf, valuesIn } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { rows: { type: 'table' }, tone: { type: 'text', default: 'kind' } },
  loops: { row: { over: '${inputs.rows}' }, take: { count: 2 } },
  producers: {
    Item: {
      loop: 'row',
      provider: 'p',
      with: { name: '${row.name}', tone: '${inputs.tone}' },
      outputs: { Text: 'text', Parts: { type: 'json', loop: 'take' } },
    },
    Take: {
      loop: ['row', 'take'],
      provider: 'p',
      with: { text: '${Item[row].Text}' },
      outputs: { Text: 'text' },
    },
  },
}
const rows = (...names: string[]) => ({ blueprint, inputs: { rows: names.map(name => ({ name })) } })

let engine: Engine
const calls = new Calls()
let count = 0
beforeEach(async () => {
  count = 0
  const p = calls.provider(({ inputs: { name, text }, outputs }) => {
    if (name === 'bad') throw new Error('no')
    const made = `${name ?? text} ${++count}`
    return {
      outputs: 'Parts' in outputs ? { Text: made, Parts: [`${made} a`, `${made} b`] } : { Text: made },
    }
  })
  engine = await testEngine({ store: await newStore('file'), providers: { p } })
  await runAll(engine, rows('a', 'b', 'c'))
  calls.take()
})

/** Jobs of rows whose last event does not say that they have taken the result of the row that was theirs. */
async function ownersIn(names: readonly string[]): Promise<string[]> {
  const from = new Map<string, string | undefined>()
  for await (const { event } of engine.movie('shop').events())
    if (event.type === 'job.succeeded') from.set(event.jobId, event.from)
  return names.flatMap((name, at) => {
    const was = ['a', 'b', 'c'].indexOf(name)
    const owner = was === -1 || was === at ? undefined : `Producer:Item[${was}]`
    return from.get(`Producer:Item[${at}]`) === owner
      ? []
      : [`${at} from ${from.get(`Producer:Item[${at}]`)}`]
  })
}

describe('without keys, results are found by what they were made from', () => {
  test.each([
    ['a row on top', ['x', 'a', 'b', 'c'], 3],
    ['a row in the middle', ['a', 'x', 'b', 'c'], 3],
    ['another order', ['c', 'a', 'b'], 0],
    ['fewer rows', ['b', 'c'], 0],
    ['a changed row', ['a', 'x', 'c'], 3],
    ['a row twice', ['a', 'a', 'b', 'c'], 0],
  ])('%s', async (_, names, newCalls) => {
    const before = await valuesIn(engine, 'shop')
    const preview = await engine.plan(rows(...names))
    expect(preview.counts.run).toBe(newCalls)
    const result = await runAll(engine, rows(...names))
    expect(calls.take()).toHaveLength(newCalls)
    expect(result.counts.succeeded).toBe(newCalls + result.reused)
    expect(preview.counts.reused).toBe(result.reused)
    const after = await valuesIn(engine, 'shop')
    expect(await ownersIn(names)).toEqual([])
    names.forEach((name, at) => {
      const was = ['a', 'b', 'c'].indexOf(name)
      if (was === -1) return
      for (const part of ['Text', 'Parts[0]', 'Parts[1]'])
        expect(after[`Item[${at}].${part}`]).toBe(before[`Item[${was}].${part}`])
      for (const take of [0, 1])
        expect(after[`Take[${at}][${take}].Text`]).toBe(before[`Take[${was}][${take}].Text`])
    })
    expect(await runAll(engine, rows(...names))).toMatchObject({ counts: { succeeded: 0 } })
    expect(await engine.movie('shop').verify()).toMatchObject({ isClean: true })
  })

  test('rows that come back, and a change that is undone, find what they had, also after gc and a copy', async () => {
    await runAll(engine, rows('x', 'y'))
    expect(calls.take()).toHaveLength(6)
    const before = await valuesIn(engine, 'shop')
    await engine.movie('shop').gc()
    const elsewhere = await newStore('file')
    await engine.movie('shop').copy(elsewhere)
    await runAll(engine, rows('c', 'b', 'a', 'y', 'x'))
    expect(calls.take()).toEqual([])
    const after = await valuesIn(engine, 'shop')
    expect([after['Item[3].Text'], after['Item[4].Text']]).toEqual([
      before['Item[1].Text'],
      before['Item[0].Text'],
    ])
    await runAll(engine, { ...rows('c', 'b', 'a'), inputs: { rows: [{ name: 'a' }], tone: 'cold' } })
    expect(calls.take()).toHaveLength(3)
    await runAll(engine, rows('a'))
    expect(calls.take()).toEqual([])
    const p = calls.provider(() => ({ outputs: { Text: '', Parts: ['', ''] } }))
    const copied = await testEngine({ store: elsewhere, providers: { p } })
    await runAll(copied, rows('b', 'x', 'a'))
    expect(calls.take()).toEqual([])
  })

  test('a key that is added, renamed or taken away makes nothing again', async () => {
    const keyed = (key: string, ...names: string[]) => ({
      blueprint: { ...blueprint, loops: { row: { over: '${inputs.rows}', key }, take: { count: 2 } } },
      inputs: { rows: names.map((name, at) => ({ name, id: `r${at}` })) },
    })
    await runAll(engine, keyed('${row.name}', 'c', 'a', 'b'))
    await runAll(engine, keyed('${row.id}', 'a', 'b', 'c'))
    await runAll(engine, rows('b', 'a'))
    expect(calls.take()).toEqual([])
  })

  test('the events say so', async () => {
    const run = engine.run(rows('b'))
    const updates = updatesOf(run)
    await run
    expect(updates.map(({ jobId, state }) => [jobId, state])).toContainEqual([
      'Producer:Item[0]',
      'succeeded',
    ])
    const reused: unknown[] = []
    for await (const { event } of engine.movie('shop').events())
      if (event.type === 'job.succeeded' && event.reused)
        reused.push([event.jobId, event.reused, event.costUsd])
    expect(reused).toEqual(['Item[0]', 'Take[0][0]', 'Take[0][1]'].map(job => [`Producer:${job}`, 'job', 0]))
  })
})

test('nothing is taken where the user asks for a new result, or does not share results', async () => {
  await runAll(engine, { ...rows('b'), regenerate: ['Item[0]'] })
  expect(calls.take()).toContain('Item[0]')
  const { Item, Take } = blueprint.producers
  const alone = { ...blueprint, producers: { Item: { ...Item!, reuse: false }, Take: Take! } }
  await runAll(engine, { ...rows('a', 'c', 'b'), blueprint: alone })
  expect(calls.take().filter(job => job.startsWith('Item'))).toEqual(['Item[0]', 'Item[1]', 'Item[2]'])
})

test('of a result that a user has changed, what its job has made is handed on', async () => {
  const before = await valuesIn(engine, 'shop')
  await engine.movie('shop').edit('Item[0].Text', 'mine')
  const { Item } = blueprint.producers
  const other = { ...blueprint, producers: { Other: { ...Item!, loop: 'row' } } }
  await runAll(engine, { ...rows('a'), blueprint: other })
  expect(calls.take()).toEqual([])
  const after = await valuesIn(engine, 'shop')
  for (const part of ['Text', 'Parts[0]', 'Parts[1]'])
    expect(after[`Other[0].${part}`]).toBe(before[`Item[0].${part}`])
})

test('a job that failed after its row changed has its result back when the change is undone', async () => {
  await engine.run(rows('a', 'bad', 'c'))
  calls.take()
  await runAll(engine, rows('a', 'b', 'c'))
  expect(calls.take()).toEqual([])
})
