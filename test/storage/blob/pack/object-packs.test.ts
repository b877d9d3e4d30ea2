import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { BlobRef } from '../../../../src/model/movie/event.js'
import { movieId } from '../../../../src/model/movie-id.js'
import { layout } from '../../../../src/storage/layout.js'
import { MemoryFiles } from '../../../../src/storage/memory/memory-files.js'
import { openStore } from '../../../../src/storage/open-store.js'
import type { BlobStore, Store } from '../../../../src/storage/store.js'
import type { StoreFiles } from '../../../../src/storage/store-files.js'
import { findingsOf, readable } from '../../../support/storage/pack-fixture.js'
import { spoilBlob } from '../../../support/storage/spoiled-blob.js'

const movie = movieId('atlas')
const folder = layout.blobPacks(movie)

/** Files whose requests are counted, and of which some may fail. */
class WatchedFiles extends MemoryFiles {
  readonly asked: string[] = []
  failNext = false

  override async create(...[path, bytes]: Parameters<StoreFiles['create']>) {
    if (path.startsWith('atlas/')) this.asked.push('create')
    if (this.failNext && path.startsWith(folder)) {
      this.failNext = false
      throw new Error('the network is gone')
    }
    return await super.create(path, bytes)
  }

  override async size(path: string) {
    this.asked.push('size')
    return await super.size(path)
  }

  override async *readRange(path: string, from: number, to: number) {
    this.asked.push('readRange')
    yield* super.readRange(path, from, to)
  }

  override async *list(path: string) {
    this.asked.push('list')
    yield* super.list(path)
  }

  take(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const what of this.asked.splice(0)) counts[what] = (counts[what] ?? 0) + 1
    return counts
  }
}

const open = (files: StoreFiles): Promise<Store> => openStore({ url: 'watched:files', files })
const putAll = (blobs: BlobStore, count: number, sizeBytes = 20_000): Promise<BlobRef[]> =>
  Promise.all(Array.from({ length: count }, () => blobs.put(randomBytes(sizeBytes), 'image/png')))
const packCount = async (files: StoreFiles): Promise<number> => (await files.names(folder)).length

async function gc(store: Store, named: readonly BlobRef[]): Promise<void> {
  const hashes = new Set<string>(named.map(({ hash }) => hash))
  await store.blobs(movie).compact(hash => hashes.has(hash), { isDryRun: false, beforeDelete: () => {} })
}

test('blobs that come together are one request', async () => {
  const files = new WatchedFiles()
  const blobs = (await open(files)).blobs(movie)
  await putAll(blobs, 50)
  expect(files.take()).toEqual({ create: 1 })
  expect(await packCount(files)).toBe(1)
})

test('blobs that come while others are on their way go along with the next', async () => {
  const files = new WatchedFiles()
  const blobs = (await open(files)).blobs(movie)
  const stored: BlobRef[] = []
  const loop = async () => {
    for (let turn = 0; turn < 10; turn++) stored.push(await blobs.put(randomBytes(1_000), 'image/png'))
  }
  await Promise.all(Array.from({ length: 20 }, loop))
  expect(stored).toHaveLength(200)
  expect(files.take().create).toBeLessThanOrEqual(40)
  expect(await readable(blobs, stored)).toEqual(stored.map(() => true))
})

test('a reader asks once for the packs, once for each one’s index, and once for a blob', async () => {
  const files = new WatchedFiles()
  const writer = (await open(files)).blobs(movie)
  const stored = [...(await putAll(writer, 40)), ...(await putAll(writer, 40))]
  const reader = (await open(files)).blobs(movie)
  files.take()
  await reader.read(stored[0]!)
  await reader.read(stored[79]!)
  expect(files.take()).toEqual({ list: 1, readRange: 4 })
})

test('of many small packs each index is read once, and a pack that comes later costs its own alone', async () => {
  const files = new WatchedFiles()
  const writer = (await open(files)).blobs(movie)
  const stored: BlobRef[] = []
  for (let pack = 0; pack < 500; pack++) stored.push(...(await putAll(writer, 1, 1_000)))
  expect(await packCount(files)).toBe(500)
  const reader = (await open(files)).blobs(movie)
  files.take()
  await reader.read(stored[0]!)
  expect(files.take()).toEqual({ list: 1, readRange: 501 })
  await reader.read(stored[250]!)
  expect(files.take()).toEqual({ readRange: 1 })
  const [later] = await putAll(writer, 1, 1_000)
  files.take()
  await reader.read(later!)
  // A small pack comes with its index.
  expect(files.take()).toEqual({ list: 1, readRange: 1 })
  await gc(await open(files), [...stored, later!])
  expect(await packCount(files)).toBe(1)
  files.take()
  await (await open(files)).blobs(movie).read(later!)
  // The index of 501 blobs takes two.
  expect(files.take()).toEqual({ list: 1, readRange: 3 })
})

test('small blobs of earlier versions, an object each, are read', async () => {
  const files = new WatchedFiles()
  const blobs = (await open(files)).blobs(movie)
  const [blob] = await putAll(blobs, 1)
  const bytes = await blobs.read(blob!)
  for (const name of await files.names(folder)) await files.delete(`${folder}/${name}`)
  await files.replace(layout.blob(movie, blob!.hash), bytes)
  const reader = (await open(files)).blobs(movie)
  expect(Buffer.compare(await reader.read(blob!), bytes)).toBe(0)
  expect(await reader.sizeOf(blob!.hash)).toBe(bytes.length)
  expect(await findingsOf(reader, [blob!])).toEqual([])
})

test('a batch that cannot be stored is told to all who are in it, and the next one is stored', async () => {
  const files = new WatchedFiles()
  const blobs = (await open(files)).blobs(movie)
  files.failNext = true
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, (_, index) => blobs.put(Buffer.from(`blob ${index}`), 'text/plain')),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  expect(outcomes[0]).toMatchObject({ reason: { code: 'STORE_FAILED' } })
  const again = await blobs.put(Buffer.from('blob 0'), 'text/plain')
  expect(Buffer.from(await blobs.read(again)).toString()).toBe('blob 0')
})

test('bytes beyond the limit of a batch go out in several, beside each other', async () => {
  const files = new WatchedFiles()
  const blobs = (await open(files)).blobs(movie)
  const stored = await putAll(blobs, 400, 60_000)
  expect(files.take().create).toBeGreaterThan(2)
  expect(await readable(blobs, stored)).toEqual(stored.map(() => true))
})

describe('gc', () => {
  test('puts small packs together, and a reader who knew the old ones finds everything', async () => {
    const files = new WatchedFiles()
    const store = await open(files)
    const stored: BlobRef[] = []
    for (let pack = 0; pack < 12; pack++) stored.push(...(await putAll(store.blobs(movie), 10)))
    const reader = (await open(files)).blobs(movie)
    await reader.read(stored[0]!)
    expect(await packCount(files)).toBe(12)
    await gc(store, stored)
    expect(await packCount(files)).toBe(1)
    expect(await readable(reader, stored)).toEqual(stored.map(() => true))
    expect(await findingsOf(store.blobs(movie), stored)).toEqual([])
    files.take()
    await gc(store, stored)
    expect(files.take().create).toBeUndefined()
  })

  test('leaves out what is not named, and keeps one copy of what two writers have stored', async () => {
    const files = new WatchedFiles()
    const [one, other] = [await open(files), await open(files)]
    const shared = randomBytes(5_000)
    const twice = await Promise.all([one, other].map(store => store.blobs(movie).put(shared, 'image/png')))
    const garbage = await putAll(one.blobs(movie), 20)
    expect(await packCount(files)).toBe(3)
    await gc(one, twice)
    expect(await packCount(files)).toBe(1)
    const reader = (await open(files)).blobs(movie)
    expect(await readable(reader, [twice[0]!, ...garbage])).toEqual([true, ...garbage.map(() => false)])
  })

  test('keeps a pack with a damaged blob', async () => {
    const files = new WatchedFiles()
    const store = await open(files)
    const [spoiled, ...others] = await putAll(store.blobs(movie), 5)
    await putAll(store.blobs(movie), 5)
    await spoilBlob(store, spoiled!, bytes => bytes.fill(0, 5, 6))
    const named = [spoiled!, others[0]!]
    const again = await open(files)
    await gc(again, named)
    expect(await findingsOf(again.blobs(movie), named)).toMatchObject([{ severity: 'damage' }])
    expect(await readable(again.blobs(movie), named)).toEqual([false, true])
  })
})
