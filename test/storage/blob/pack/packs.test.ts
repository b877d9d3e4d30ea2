import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BlobRef } from '../../../../src/model/movie/event.js'
import { movieId } from '../../../../src/model/movie-id.js'
import { BLOB_PACK_WRITER_LIMIT } from '../../../../src/storage/blob/pack/pack-writers.js'
import { layout } from '../../../../src/storage/layout.js'
import { BLOB_PACK_LIMIT_COUNT } from '../../../../src/storage/local/pack/growing-pack-writer.js'
import { openStore } from '../../../../src/storage/open-store.js'
import type { BlobStore } from '../../../../src/storage/store.js'
import { movie } from '../../../support/storage/log-fixture.js'
import { findingsOf, openFolder, packsIn, readable } from '../../../support/storage/pack-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const put = (store: BlobStore, text: string) => store.put(Buffer.from(text), 'text/plain')
const textOf = async (store: BlobStore, blob: BlobRef) => Buffer.from(await store.read(blob)).toString()

test('what comes while a batch is being written goes out together with the next', async () => {
  const root = await temporaryFolder()
  const store = (await openStore(`file:${root}`)).blobs(movie)
  await put(store, 'first')
  await Promise.all(Array.from({ length: 100 }, (_, index) => put(store, `blob ${index}`)))
  const [pack, ...others] = await packsIn(root)
  expect(others).toEqual([])
  expect(pack!.records).toHaveLength(101)
  expect(new Set(pack!.records.map(({ batch }) => batch)).size).toBeLessThanOrEqual(3)
})

test('two processes write packs of their own, and find what the other has stored', async () => {
  const root = await temporaryFolder()
  const [one, other] = [(await openFolder(root)).blobs(movie), (await openFolder(root)).blobs(movie)]
  const before = await put(one, 'before')
  expect(await textOf(other, before)).toBe('before')
  // Known now; what comes later in the same pack is found as well.
  for (let round = 0; round < 20; round++) {
    const [writer, reader] = round % 2 === 0 ? [one, other] : [other, one]
    const blob = await put(writer, `round ${round}`)
    expect(await reader.sizeOf(blob.hash)).toBe(blob.sizeBytes)
    expect(await textOf(reader, blob)).toBe(`round ${round}`)
  }
  expect(await packsIn(root)).toHaveLength(2)
  await Promise.all([one.release(), other.release()])
  const late = (await openFolder(root)).blobs(movie)
  expect(await textOf(late, before)).toBe('before')
})

test('the same bytes are stored once, also when an earlier pack has them', async () => {
  const root = await temporaryFolder()
  const first = await put((await openFolder(root)).blobs(movie), 'same')
  // Synced now, and not before: the earlier writer may not have waited for the disk.
  const durable = (await openStore(`file:${root}`)).blobs(movie)
  expect(await put(durable, 'same')).toEqual(first)
  expect(await packsIn(root)).toHaveLength(1)
})

test('a damaged copy is replaced when the same bytes are put again', async () => {
  const root = await temporaryFolder()
  const earlier = (await openFolder(root)).blobs(movie)
  const blob = await put(earlier, 'picture')
  await earlier.release()
  const [pack] = await packsIn(root)
  await writeFile(
    pack!.path,
    Buffer.from(pack!.bytes.toString('latin1').replace('picture', 'pictura'), 'latin1'),
  )
  const store = (await openFolder(root)).blobs(movie)
  await expect(store.read(blob)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
  await put(store, 'picture')
  expect(await textOf(store, blob)).toBe('picture')
  await store.release()
  expect(await textOf((await openFolder(root)).blobs(movie), blob)).toBe('picture')
  expect(await findingsOf(store, [blob])).toEqual([])
})

test('a pack that is deleted under its writer loses nothing that is put afterwards', async () => {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  const lost = await put(store, 'lost')
  await rm((await packsIn(root))[0]!.path)
  const next = await put(store, 'next')
  const again = await put(store, 'lost')
  expect(again).toEqual(lost)
  const other = (await openFolder(root)).blobs(movie)
  expect(await readable(other, [next, lost])).toEqual([true, true])
})

test('a whole folder of packs that is deleted is made again', async () => {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  await put(store, 'one')
  await rm(join(root, movie), { recursive: true })
  const blobs = [await put(store, 'one'), await put(store, 'two')]
  expect(await readable((await openFolder(root)).blobs(movie), blobs)).toEqual([true, true])
})

test('what has no name of a pack is left alone', async () => {
  const root = await temporaryFolder()
  const folder = join(root, layout.blobPacks(movie))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'note.txt'), 'blob')
  const store = (await openFolder(root)).blobs(movie)
  const blob = await put(store, 'mine')
  await store.compact(() => false, { isDryRun: false, beforeDelete: () => {} })
  expect(await readdir(folder)).toEqual(['note.txt'])
  await expect(store.read(blob)).rejects.toMatchObject({ code: 'BLOB_MISSING' })
})

test('a full pack is followed by another, and both are found by their indexes', {
  timeout: 120_000,
}, async () => {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  const numbers = Array.from({ length: BLOB_PACK_LIMIT_COUNT + 10 }, (_, number) => number)
  const blobs = await Promise.all(numbers.map(number => put(store, String(number))))
  await put(store, 'last')
  await store.release()
  expect((await packsIn(root)).length).toBeGreaterThan(1)
  const other = (await openFolder(root)).blobs(movie)
  for (const number of [0, BLOB_PACK_LIMIT_COUNT - 1, BLOB_PACK_LIMIT_COUNT + 9]) {
    expect(await textOf(other, blobs[number]!)).toBe(String(number))
  }
  expect(await findingsOf(other, blobs.slice(-100))).toEqual([])
})

test('a store that rests seals a pack that is worth it, and goes on with one that is not', async () => {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  const isSealed = async () =>
    (await packsIn(root)).map(({ bytes }) => bytes.subarray(-33).toString('latin1').startsWith('end '))
  const small = await put(store, 'small')
  await store.rest()
  await put(store, 'another')
  expect(await isSealed()).toEqual([false])
  await Promise.all(Array.from({ length: 20 }, () => store.put(randomBytes(60_000), 'image/png')))
  await store.rest()
  expect(await isSealed()).toEqual([true])
  await put(store, 'later')
  expect(await isSealed()).toEqual([true, false])
  expect(await textOf(store, small)).toBe('small')
})

test('many movies at once keep few packs open', async () => {
  const root = await temporaryFolder()
  const store = await openFolder(root)
  const movies = Array.from({ length: 3 * BLOB_PACK_WRITER_LIMIT }, (_, index) => movieId(`movie-${index}`))
  for (let round = 0; round < 2; round++) {
    for (const id of movies) await put(store.blobs(id), `${id} ${round}`)
  }
  const open = await openFilesBelow(root)
  expect(open).toBeLessThanOrEqual(BLOB_PACK_WRITER_LIMIT)
  for (const id of movies) await store.blobs(id).release()
  expect(await openFilesBelow(root)).toBe(0)
})

/** Descriptors of this process; 0 where the system does not tell. */
async function openFilesBelow(root: string): Promise<number> {
  const names = await readdir('/proc/self/fd').catch(() => [])
  const targets = await Promise.all(names.map(name => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return targets.filter(target => target.startsWith(root)).length
}

test('a reader goes on when packs are moved away and come back', async () => {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  const blob = await put(store, 'here')
  await store.release()
  const [pack] = await packsIn(root)
  await rename(pack!.path, `${pack!.path}.away`)
  await expect(store.read(blob)).rejects.toMatchObject({ code: 'BLOB_MISSING' })
  await rename(`${pack!.path}.away`, pack!.path)
  expect(await textOf(store, blob)).toBe('here')
})

test('what is larger than the limit has a file, in one piece or as a stream', async () => {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  async function* chunks(bytes: Buffer) {
    const buffer = Buffer.alloc(10_000)
    for (let at = 0; at < bytes.length; at += buffer.length) {
      // The same buffer for every chunk, as readers of files do.
      const length = bytes.copy(buffer, 0, at)
      yield buffer.subarray(0, length)
    }
  }
  const [small, large] = [randomBytes(60_000), randomBytes(70_000)]
  const blobs = [await store.put(chunks(small), 'image/png'), await store.put(chunks(large), 'image/png')]
  expect(Buffer.compare(await store.read(blobs[0]!), small)).toBe(0)
  expect(Buffer.compare(await store.read(blobs[1]!), large)).toBe(0)
  expect((await packsIn(root))[0]!.records).toHaveLength(1)
  expect((await stat(join(root, layout.blob(movie, blobs[1]!.hash)))).size).toBe(70_000)
})
