import { beforeEach, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { rows: { type: 'table' } },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Item: {
      loop: 'row',
      provider: 'p',
      with: { name: '${row.name}' },
      outputs: { Text: 'text', Image: 'image/png' },
    },
  },
}
const rows = (...names: string[]) => ({ blueprint, inputs: { rows: names.map(name => ({ name })) } })
// Too large for a file that they would share.
const bytesOf = (name: unknown) => Buffer.alloc(300_000, String(name))

let engine: Engine
const calls = new Calls()
beforeEach(async () => {
  const p = calls.provider(({ inputs: { name } }) => ({
    outputs: { Text: String(name), Image: { bytes: bytesOf(name), mimeType: 'image/png' } },
  }))
  engine = await testEngine({ store: await newStore('file'), providers: { p } })
  await runAll(engine, rows('a', 'b', 'c', 'd'))
  await engine.movie('shop').edit('Producer:Item[3].Text', 'mine')
  await engine.movie('shop').pin('Producer:Item[3].Image')
  await runAll(engine, rows('a', 'b'))
  calls.take()
})
const gone = async () => {
  const ids: string[] = []
  for await (const { artifactId, isGone } of engine.movie('shop').artifacts())
    if (isGone) ids.push(artifactId.replace('Producer:Item', '').replace(/"(@\d+) of [\w-]+( \w+)?"/, '$1'))
  return ids
}

test('gc leaves what is gone, unless it is told to take it; a dry run only counts', async () => {
  expect(await engine.movie('shop').gc()).toMatchObject({ removed: { blobs: 0 }, keptBlobs: 4 })
  const dry = await engine.movie('shop').gc({ goneArtifacts: true, dryRun: true })
  expect(dry).toMatchObject({ removedArtifacts: 2, removed: { blobs: 1 }, keptBlobs: 3 })
  expect(await gone()).toEqual(['[2].Text', '[2].Image', '[@3].Text', '[@3].Image'])
  expect((await engine.movie('shop').verify()).findings).toEqual([])
})

test('gc takes what is gone with its bytes, but never what is pinned or edited', async () => {
  expect(await engine.movie('shop').gc({ goneArtifacts: true })).toMatchObject({
    removedArtifacts: 2,
    removed: { blobs: 1 },
    keptBlobs: 3,
  })
  expect(await gone()).toEqual(['[@3].Text', '[@3].Image'])
  expect(Object.keys(await valuesIn(engine, 'shop'))).toHaveLength(6)
  expect(await engine.movie('shop').verify()).toMatchObject({ isClean: true, findings: [] })
  expect(await engine.movie('shop').gc({ goneArtifacts: true })).toMatchObject({
    removedArtifacts: 0,
    removed: { blobs: 0 },
  })
})

test('what was removed is made again when its row is back, and stays then', async () => {
  await engine.movie('shop').gc({ goneArtifacts: true })
  await runAll(engine, rows('a', 'b', 'c', 'd'))
  expect(calls.take()).toEqual(['Item[2]'])
  expect(await engine.movie('shop').gc({ goneArtifacts: true })).toMatchObject({
    removedArtifacts: 0,
    keptBlobs: 4,
  })
  expect(await engine.movie('shop').verify()).toMatchObject({ isClean: true, findings: [] })
})

test('a movie without its removed artifacts can be copied', async () => {
  await engine.movie('shop').gc({ goneArtifacts: true })
  const to = await newStore('file')
  expect(await engine.movie('shop').copy(to)).toMatchObject({ blobs: 3 })
  const other = await testEngine({ store: to })
  expect(await other.movie('shop').verify()).toMatchObject({ isClean: true, findings: [] })
  expect(await valuesIn(other, 'shop')).toEqual(await valuesIn(engine, 'shop'))
})
