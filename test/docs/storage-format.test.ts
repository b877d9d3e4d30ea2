import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../src/blueprint/blueprint-schema.js'
import { readMovie } from '../../src/coordinator/state/open-movie.js'
import { openEngine } from '../../src/engine/engine.js'
import { inline } from '../../src/engine/provider/provider-entries.js'
import type { BlobRef, EventType } from '../../src/model/movie/event.js'
import { MapSlots } from '../../src/model/movie/slots.js'
import { movieId } from '../../src/model/movie-id.js'
import { sha256 } from '../../src/model/sha256.js'
import { encodeIndex } from '../../src/storage/blob/pack/pack-index.js'
import { PACK_START } from '../../src/storage/blob/pack/pack-record.js'
import { RecordBatch } from '../../src/storage/blob/pack/record-batch.js'
import { ResultCache } from '../../src/storage/cache/result-cache.js'
import { layout } from '../../src/storage/layout.js'
import { parseLease } from '../../src/storage/lease/lease-record.js'
import { parseSegment, type SegmentHeader, segmentBytes } from '../../src/storage/log/segment/segment.js'
import { openStore } from '../../src/storage/open-store.js'
import type { Finding, Store } from '../../src/storage/store.js'

/** The samples of docs/storage-format.md are what the code writes: a store made of them is read without a finding. */

const page = await readFile(new URL('../../docs/storage-format.md', import.meta.url), 'utf8')
const postcard = movieId('postcard')
const bare = movieId('bare')
const crashed = movieId('crashed')

function sample(language: string, beginning: string): string {
  const found = [...page.matchAll(/```(\w+)\n((?:.|\n)*?)```/g)].find(
    ([, name, text]) => name === language && text!.startsWith(beginning),
  )
  if (!found) throw new Error(`The page has no ${language} sample that begins with ${beginning}`)
  return found[2]!
}

let folder: string
let store: Store
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-format-'))
  const place = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const log = sample('jsonl', '{"seq":1,')
  await place(layout.events(postcard), log)
  await place(layout.events(bare), log)
  await place(layout.manifest(postcard, 1), sample('json', '{"format":'))
  const tail = sample('text', '{"seq":4,')
  await place(layout.events(crashed), log.split('\n').slice(0, 3).join('\n').concat('\n', tail))
  store = await openStore(`file:${folder}`)
})
afterAll(() => rm(folder, { recursive: true }))

async function findings(found: AsyncIterable<Finding>): Promise<Finding[]> {
  const all: Finding[] = []
  for await (const finding of found) all.push(finding)
  return all
}

test('the log is whole: checksums, numbers, tokens', async () => {
  expect(await findings(store.log(postcard).check())).toEqual([])
})

test('the manifest is whole, and the fold of the log it covers', async () => {
  expect(await findings(store.manifests(postcard).check())).toEqual([])
  const behind = await readMovie(store, postcard, new MapSlots())
  expect(behind).toMatchObject({ isAheadOfManifest: false, position: { seq: 8, token: 1 } })
  const folded = await readMovie(store, bare, new MapSlots())
  expect(folded.manifest).toBeUndefined()
  expect([...behind.movie.artifacts()]).toEqual([...folded.movie.artifacts()])
  expect([...behind.movie.jobs()]).toEqual([...folded.movie.jobs()])
})

test('after a crash the torn tail and the void line are left out', async () => {
  const remarks = await findings(store.log(crashed).check())
  expect(remarks.map(({ severity, where }) => `${severity} ${where}`)).toEqual([
    'note crashed/events.jsonl:5',
    'note crashed/events.jsonl:7',
  ])
  const types: string[] = []
  for await (const { events } of store.log(crashed).read())
    types.push(...events.map(({ event }) => event.type))
  expect(types.slice(-2)).toEqual(['writer.opened', 'run.started'])
  expect(types).toHaveLength(6)
})

test('the first line of a segment is one', () => {
  const { segment, token, nonce, previous } = JSON.parse(sample('json', '{"segment":')) as SegmentHeader
  const lines = sample('jsonl', '{"seq":1,')
  const bytes = segmentBytes({ segment, token, nonce, previous }, Buffer.from(lines))
  expect(bytes.toString()).toBe(sample('json', '{"segment":') + lines)
  expect(parseSegment(bytes, 2)).toMatchObject({ segment: 2, nonce, previous })
})

test('the pack of blobs is one', async () => {
  const pack = sample('text', 'showrunner-pack')
  await store.files.create(layout.blobPack(postcard, '0mwz9c0bn-5c1f0a9b7e42.pack'), Buffer.from(pack))
  const texts = ['a picture', 'Greetings from Lisbon!']
  const blobs = texts.map(
    text => ({ hash: sha256(text), sizeBytes: text.length, mimeType: 'text/plain' }) as BlobRef,
  )
  const packs = store.blobs(postcard)
  expect(await findings(packs.check(new Map(blobs.map(blob => [blob.hash, blob]))))).toEqual([])
  for (const [index, blob] of blobs.entries()) {
    expect(Buffer.from(await packs.read(blob)).toString()).toBe(texts[index])
  }
  const batch = new RecordBatch()
  for (const [index, { hash }] of blobs.entries()) batch.add(hash, Buffer.from(texts[index]!))
  const { records, chunks } = batch.encode(PACK_START.length)
  const index = encodeIndex(records, PACK_START.length + batch.sizeBytes)
  expect(Buffer.concat([PACK_START, ...chunks, index]).toString()).toBe(pack)
})

test('the lease is one', () => {
  expect(parseLease(sample('json', '{\n  "holder"'))).toMatchObject({ pid: 4711, counter: 7 })
})

test('an entry of the cache is found under its key', async () => {
  const entry = sample('json', '{"format":"showrunner-cache"')
  const key = '9b2e038cb7a0ba6f0146621bae08bad71c2c17239278f5accdf15ef03d442029'
  const cache = new ResultCache(store)
  await store.files.create(layout.cacheEntry(key), Buffer.from(entry))
  const outputs = { Text: { type: 'text' } }
  const found = await cache.find(key, outputs)
  expect(found).toMatchObject({ state: 'found', artifacts: [{ value: 'Greetings from Lisbon!' }] })
  const other = `ab${key.slice(2)}`
  await cache.keep(other, found.state === 'found' ? found.artifacts : [], 'new')
  expect(Buffer.from((await store.files.read(layout.cacheEntry(other)))!).toString()).toBe(entry)
})

const BLUEPRINT: BlueprintDefinition = {
  name: 'postcard',
  inputs: { places: { type: 'json', default: ['Lisbon'] } },
  loops: { place: { over: '${inputs.places}' } },
  producers: {
    Greeting: {
      loop: 'place',
      provider: 'greeter',
      with: { name: '${place}' },
      outputs: { Text: 'text' },
    },
    Picture: {
      loop: 'place',
      provider: 'painter',
      with: { caption: '${Greeting[place].Text}' },
      outputs: { Image: 'image/png' },
    },
  },
}

/** Keys in their order, and kinds of values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.entries(value).map(([key, child]) => [key, shapeOf(child)])
}

test('a run writes the same fields in the same order', async () => {
  const greeter = inline(() => ({ outputs: { Text: 'Greetings from Lisbon!' } }))
  const painter = inline(() => ({
    outputs: { Image: { bytes: Buffer.from('a picture'), mimeType: 'image/png' } },
  }))
  const root = join(folder, 'run')
  const engine = await openEngine({ store: `file:${root}`, providers: { greeter, painter } })
  try {
    await engine.run({ blueprint: BLUEPRINT })
  } finally {
    await engine.close()
  }
  const shapesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map(line => shapeOf(JSON.parse(line)))
  const log = await readFile(join(root, layout.events(postcard)), 'utf8')
  expect(shapesOf(sample('jsonl', '{"seq":1,'))).toEqual(shapesOf(log))
  const manifest = await readFile(join(root, layout.manifest(postcard, 1)), 'utf8')
  expect(shapeOf(JSON.parse(sample('json', '{"format":')))).toEqual(shapeOf(JSON.parse(manifest)))
})

/** The compiler keeps this complete. */
const EVENT_TYPES: Record<EventType, true> = {
  'artifact.pinned': true,
  'artifact.unpinned': true,
  'artifact.removed': true,
  'review.requested': true,
  'review.withdrawn': true,
  'artifact.reviewed': true,
  'writer.opened': true,
  'writer.closed': true,
  'run.started': true,
  'run.finished': true,
  'regenerate.requested': true,
  'job.submitted': true,
  artifact: true,
  'job.succeeded': true,
  'job.failed': true,
  'job.skipped': true,
  'limit.adjusted': true,
  'loop.expanded': true,
}

test('every type of event is in the table, and no other', () => {
  const documented = [...page.matchAll(/^\| `([a-z.]+)` \|/gm)].map(([, type]) => type)
  expect(documented.sort()).toEqual(Object.keys(EVENT_TYPES).sort())
})
