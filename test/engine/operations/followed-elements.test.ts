import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, runAll, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { rows: { type: 'table' } },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Item: {
      loop: 'row',
      provider: 'p',
      with: { name: '${row.name}' },
      outputs: { Text: 'text', Note: 'text' },
    },
    Echo: {
      loop: 'row',
      provider: 'p',
      with: { name: '${Item[row].Text}' },
      outputs: { Text: 'text', Note: 'text' },
    },
  },
}
const keyed = { ...blueprint, loops: { row: { over: '${inputs.rows}', key: '${row.name}' } } }
/** Rows by name, with a column that nobody reads. */
const rows = (names: string, unread = 0) => ({
  blueprint,
  inputs: { rows: names.split(' ').map((name, at) => ({ name, unread: `${name}${unread}`, at: at * 0 })) },
})

let engine: Engine
let store: string
const calls = new Calls()
beforeEach(async () => {
  store = await newStore('file')
  const p = calls.provider(({ inputs: { name } }) => ({ outputs: { Text: `${name}!`, Note: `of ${name}` } }))
  engine = await testEngine({ store, providers: { p } })
  await runAll(engine, rows('a b c'))
  await engine.movie('shop').edit('Item[1].Text', 'my b')
  await engine.movie('shop').pin('Item[1].Note')
  await engine.movie('shop').pin('Item[2].Text')
  calls.take()
})

/** What is pinned or edited, by its id, with its text. */
async function overrides(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for await (const { artifactId, override, value } of engine.movie('shop').artifacts())
    if (override) found[artifactId.replace('Producer:Item', '').replace(/ of [\w-]+( \w+)?/, '')] = value
  return found
}

describe('in a loop without keys, what is kept for an element follows it', () => {
  const all = { Text: 'my b', Note: 'of b' }
  test.each([
    ['a row on top', rows('x a b c'), { '[2].Text': all.Text, '[2].Note': all.Note, '[3].Text': 'c!' }],
    ['another order', rows('b c a'), { '[0].Text': all.Text, '[0].Note': all.Note, '[1].Text': 'c!' }],
    ['a row gone', rows('b c'), { '[0].Text': all.Text, '[0].Note': all.Note, '[1].Text': 'c!' }],
    [
      'a column that nobody reads',
      rows('x c b', 1),
      { '[2].Text': all.Text, '[2].Note': all.Note, '[1].Text': 'c!' },
    ],
    ['a changed row', rows('a x c'), { '[1].Text': all.Text, '[1].Note': all.Note, '[2].Text': 'c!' }],
    ['its row gone', rows('a c'), { '["@1"].Text': all.Text, '["@1"].Note': all.Note, '[1].Text': 'c!' }],
    [
      'all rows others',
      rows('x y'),
      { '["@1"].Text': all.Text, '["@1"].Note': all.Note, '["@2"].Text': 'c!' },
    ],
  ])('%s', async (_, request, expected) => {
    await engine.plan(request)
    await runAll(engine, request)
    expect(await overrides()).toEqual(expected)
    const { rows: names } = request.inputs
    for (const [at, { name }] of names.entries()) {
      const isB = expected[`[${at}].Text` as keyof typeof expected] === 'my b'
      expect(await engine.movie('shop').output('Item', at)).toMatchObject({ Text: isB ? 'my b' : `${name}!` })
      expect(await engine.movie('shop').output('Echo', at)).toMatchObject({
        Text: isB ? 'my b!' : `${name}!!`,
      })
    }
    expect(await engine.movie('shop').verify()).toMatchObject({ isClean: true, findings: [] })
    calls.take()
    await runAll(engine, request)
    expect(calls.take()).toEqual([])
  })

  test('a row that comes back has what was kept for it', async () => {
    await runAll(engine, rows('a c'))
    await runAll(engine, rows('x y z'))
    await runAll(engine, rows('c x b'))
    expect(await overrides()).toEqual({ '[2].Text': 'my b', '[2].Note': 'of b', '[0].Text': 'c!' })
  })

  test('the first key moves it to the names of the elements, and none later takes it from them', async () => {
    await runAll(engine, { ...rows('c b a'), blueprint: keyed })
    expect(await overrides()).toEqual({ '[b].Text': 'my b', '[b].Note': 'of b', '[c].Text': 'c!' })
    await runAll(engine, { ...rows('x c'), blueprint: keyed })
    expect(await overrides()).toEqual({ '[b].Text': 'my b', '[b].Note': 'of b', '[c].Text': 'c!' })
    await runAll(engine, { ...rows('b x'), blueprint: keyed })
    expect(await engine.movie('shop').output('Echo', 'b')).toMatchObject({ Text: 'my b!' })
  })

  test('when the record of the last run is gone, nothing is applied to what may be another element', async () => {
    const folder = join(new URL(store).pathname, 'shop', 'runs')
    await rm(folder, { recursive: true })
    await runAll(engine, rows('c a b'))
    expect(await overrides()).toEqual({ '["@1"].Text': 'my b', '["@1"].Note': 'of b', '["@2"].Text': 'c!' })
  })
})

test('a plan and a run name what belongs to no element any more', async () => {
  const preview = await engine.plan(rows('a c'))
  expect(preview.orphaned.map(id => id.replace(/ of [\w-]+( \w+)?/, ''))).toEqual([
    'Producer:Item["@1"].Text',
    'Producer:Item["@1"].Note',
  ])
  const result = await runAll(engine, rows('a c'))
  expect(result.orphaned).toHaveLength(2)
  expect((await engine.movie('shop').status()).orphaned).toEqual(result.orphaned)
  expect((await engine.plan(rows('a b c'))).orphaned).toEqual([])
  expect((await runAll(engine, rows('a b c'))).orphaned).toBeUndefined()
  expect((await engine.movie('shop').status()).orphaned).toEqual([])
})
