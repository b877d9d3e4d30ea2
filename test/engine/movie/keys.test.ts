import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, readInputFile } from '../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, updatesOf, valuesIn } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { rows: { type: 'table' } },
  loops: { row: { over: '${inputs.rows}', key: '${row.sku}' } },
  producers: {
    Item: { loop: 'row', provider: 'p', with: { name: '${row.name}' }, outputs: { Text: 'text' } },
    List: { provider: 'p', with: { name: '${Item[*].Text}' }, outputs: { Text: 'text' } },
  },
}
const request = (...skus: string[]) => ({
  blueprint,
  inputs: { rows: skus.map(sku => ({ sku, name: `the ${sku}` })) },
})

let engine: Engine
let store: string
const calls = new Calls()
beforeEach(async () => {
  store = await newStore('file')
  const p = calls.provider(({ inputs: { name } }) => ({ outputs: { Text: [name].flat().join(', ') } }))
  engine = await testEngine({ store, providers: { p } })
  await runAll(engine, request('fox', '1001', 'a b'))
  calls.take()
})

test('jobs, artifacts and outputs are named by keys, and found by them', async () => {
  expect(await valuesIn(engine, 'shop')).toEqual({
    'Item[fox].Text': 'the fox',
    'Item["1001"].Text': 'the 1001',
    'Item["a b"].Text': 'the a b',
    'List.Text': 'the fox, the 1001, the a b',
  })
  const movie = engine.movie('shop')
  expect(await movie.output('Item', 'a b')).toEqual({ Text: 'the a b' })
  expect(await movie.output('Item', 1)).toEqual({ Text: 'the 1001' })
  expect(await movie.output('Item', 'hen')).toBeUndefined()
  const rows: unknown[] = []
  for await (const { key, Item } of movie.rows('row')) rows.push([key, (Item as { Text: string }).Text])
  expect(rows).toEqual([
    ['fox', 'the fox'],
    ['1001', 'the 1001'],
    ['a b', 'the a b'],
  ])
  expect(await movie.verify()).toMatchObject({ isClean: true })
})

test('a row on top, and rows in another order, cost nothing but what is new', async () => {
  await runAll(engine, request('hen', 'a b', 'fox', '1001'))
  expect(calls.take()).toEqual(['Item[hen]', 'List'])
  expect(await engine.movie('shop').output('Item', 'fox')).toEqual({ Text: 'the fox' })
  const { goneArtifacts } = await engine.movie('shop').status()
  expect(goneArtifacts).toBe(0)
  await runAll(engine, request('hen'))
  expect((await engine.movie('shop').status()).goneArtifacts).toBe(3)
  await runAll(engine, request('1001', 'hen'))
  expect(calls.take()).toEqual(['List', 'List'])
})

test('a pin stands on its element, wherever that goes', async () => {
  const movie = engine.movie('shop')
  await movie.edit('Item[fox].Text', 'my fox')
  await movie.pin('Item[1001].Text')
  await movie.pin({ producer: 'Item', key: 2, output: 'Text' })
  await runAll(engine, request('hen', 'a b', '1001', 'fox'))
  const kept: unknown[] = []
  for await (const { artifactId, override } of movie.artifacts())
    if (override) kept.push([artifactId, override])
  expect(kept).toEqual([
    ['Producer:Item["a b"].Text', 'pinned'],
    ['Producer:Item["1001"].Text', 'pinned'],
    ['Producer:Item[fox].Text', 'edited'],
  ])
  expect(await movie.output('List')).toEqual({ Text: 'the hen, the a b, the 1001, my fox' })
  const found: string[] = []
  for await (const { artifactId } of movie.artifacts({ ids: ['Item[a b].Text'] })) found.push(artifactId)
  expect(found).toEqual(['Producer:Item["a b"].Text'])
})

test('a run regenerates, explains and reports by keys', async () => {
  const run = engine.run({ ...request('fox', '1001', 'a b'), regenerate: ['Item[1001]'] })
  const updates = updatesOf(run)
  await run
  expect(calls.take()).toEqual(['Item["1001"]'])
  expect(updates.map(({ jobId }) => jobId)).toContain('Producer:Item["1001"]')
  const preview = await engine.plan(request('a b', 'fox', 'hen'))
  expect(preview.explain(preview.jobId('Item[a b]'))?.action.type).toBe('cached')
  expect(preview.explain(preview.jobId('Item[2]'))?.action).toMatchObject({ reason: { type: 'missing' } })
})

test('the export has a file for each key', async () => {
  const folder = await temporaryFolder()
  expect(await engine.movie('shop').export(folder)).toMatchObject({ exported: 4 })
})

test('rows of a file with one key are told with their lines, before anything is called', async () => {
  const file = join(await temporaryFolder(), 'rows.csv')
  await writeFile(file, 'sku,name\nfox,a\nhen,b\nfox,c\n')
  const rows = await readInputFile(file)
  await expect(engine.run({ blueprint, inputs: { rows } })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/row 1 \(.*rows\.csv, line 2\) and row 3 \(.*rows\.csv, line 4\).*"fox"/),
  })
  expect(calls.take()).toEqual([])
})
