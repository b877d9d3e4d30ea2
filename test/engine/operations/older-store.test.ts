import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** A movie of two runs, a cache, and a blob that no event names, as the version wrote them that knew no packs. */
const written = fileURLToPath(new URL('../../storage/fixtures/file-a-blob', import.meta.url))

const blueprint: BlueprintDefinition = {
  name: 'clips',
  inputs: { style: { type: 'text', default: 'plain' } },
  loops: { n: { count: 3 } },
  producers: {
    Clip: {
      loop: 'n',
      provider: 'p',
      with: { style: '${inputs.style}' },
      outputs: { Text: 'text', Image: 'image/png' },
    },
  },
}

let root: string
let engine: Engine
const calls = new Calls()

beforeEach(async () => {
  root = await temporaryFolder()
  await cp(written, root, { recursive: true })
  const p = calls.provider(({ indices, inputs }) => ({
    outputs: {
      Text: `clip ${indices.n}`,
      Image: { bytes: Buffer.from(`image ${indices.n} ${inputs.style}`), mimeType: 'image/png' },
    },
  }))
  engine = await testEngine({ store: `file:${root}`, providers: { p } })
  calls.take()
})

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter(entry => entry.isFile())
    .map(entry => entry.name)

const bold = {
  'Clip[0].Image': 'image 0 bold',
  'Clip[1].Image': 'image 1 bold',
  'Clip[2].Image': 'image 2 bold',
}

test('it is read, is clean, and has nothing to make', async () => {
  expect(await valuesIn(engine, 'clips')).toMatchObject(bold)
  expect(await engine.movie('clips').verify()).toMatchObject({ findings: [], checked: { blobs: 6 } })
  expect(await runAll(engine, { blueprint, inputs: { style: 'bold' } })).toMatchObject({
    counts: { cached: 3 },
  })
  expect(calls.take()).toEqual([])
})

test('bytes that have a file are not stored again; new ones go into a pack', async () => {
  const before = await filesIn('clips/blobs')
  await runAll(engine, { blueprint, inputs: { style: 'plain' } })
  expect(await filesIn('clips/blob-packs')).toEqual([])
  await runAll(engine, { blueprint, inputs: { style: 'new' } })
  expect(await filesIn('clips/blobs')).toEqual(before)
  expect(await filesIn('clips/blob-packs')).toHaveLength(1)
  expect(await valuesIn(engine, 'clips')).toMatchObject({ 'Clip[1].Image': 'image 1 new' })
  expect(await engine.movie('clips').verify()).toMatchObject({ findings: [], checked: { blobs: 9 } })
})

test('gc removes what nobody names, and copy takes everything along', async () => {
  expect(await engine.movie('clips').gc()).toMatchObject({ removed: { blobs: 1 }, keptBlobs: 6 })
  expect(await engine.movie('clips').verify()).toMatchObject({ findings: [] })
  const to = await temporaryFolder()
  expect(await engine.movie('clips').copy(`file:${to}`)).toMatchObject({ blobs: 6 })
  const copied = await testEngine({ store: `file:${to}` })
  expect(await copied.movie('clips').verify()).toMatchObject({ findings: [], checked: { blobs: 6 } })
  expect(await valuesIn(copied, 'clips')).toEqual(await valuesIn(engine, 'clips'))
  expect(await readdir(join(to, 'clips'))).not.toContain('blobs')
})

test('results of its cache are used', async () => {
  const p = calls.provider(() => {
    throw new Error('nothing is to be made')
  })
  const cached = await testEngine({
    store: `file:${await temporaryFolder()}`,
    cache: `file:${join(root, 'cache')}`,
    providers: { p },
  })
  expect(await runAll(cached, { blueprint, inputs: { style: 'bold' } })).toMatchObject({ reused: 3 })
  expect(await valuesIn(cached, 'clips')).toMatchObject(bold)
})

test('what this version writes is found by a search for the hash, with a pager', async () => {
  await runAll(engine, { blueprint, inputs: { style: 'new' } })
  const [name] = await filesIn('clips/blob-packs')
  const text = await readFile(join(root, 'clips/blob-packs', name!), 'latin1')
  for await (const { blob } of engine.movie('clips').artifacts()) {
    if (blob) expect(text).toContain(`blob ${blob.hash} `)
  }
})
