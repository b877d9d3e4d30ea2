import { cpSync } from 'node:fs'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlobRef } from '../../../../src/model/movie/event.js'
import { BLOB_PACK_SMALL_COUNT } from '../../../../src/storage/blob/pack/compact-packs.js'
import { layout } from '../../../../src/storage/layout.js'
import type { BlobStore } from '../../../../src/storage/store.js'
import { movie } from '../../../support/storage/log-fixture.js'
import { findingsOf, openFolder, packsIn, readable } from '../../../support/storage/pack-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

/** `count` blobs in one sealed pack, each of some 200 bytes. */
async function storedPack(root: string, name: string, count: number): Promise<BlobRef[]> {
  const store = (await openFolder(root)).blobs(movie)
  const blobs = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.put(Buffer.from(`${name} ${index} `.repeat(20)), 'text/plain'),
    ),
  )
  await store.release()
  return blobs
}

const blobsIn = async (root: string): Promise<BlobStore> => (await openFolder(root)).blobs(movie)

function compact(
  store: BlobStore,
  kept: readonly BlobRef[],
  options: { isDryRun?: boolean; onDelete?: () => void } = {},
) {
  const names = new Set<string>(kept.map(({ hash }) => hash))
  const { isDryRun = false, onDelete = () => {} } = options
  return store.compact(hash => names.has(hash), { isDryRun, beforeDelete: onDelete })
}

test('a pack of which nothing is named is deleted; one of which most is named stays as it is', async () => {
  const root = await temporaryFolder()
  const dead = await storedPack(root, 'dead', 10)
  const live = await storedPack(root, 'live', 10)
  const store = await blobsIn(root)
  const kept = live.slice(2)
  const before = await packsIn(root)
  const deadBytes = before[0]!.bytes.length
  const expected = { removedBlobs: 10, removedBytes: deadBytes, keptBlobs: 8 }
  expect(await compact(store, kept, { isDryRun: true })).toEqual(expected)
  expect(await packsIn(root)).toEqual(before)
  expect(await compact(store, kept)).toEqual(expected)
  expect(await packsIn(root)).toEqual(before.slice(1))
  expect(await readable(store, [...dead, ...live])).toEqual([
    ...dead.map(() => false),
    ...live.map(() => true),
  ])
})

test('what is left of a sparse pack is written into a new one', async () => {
  const root = await temporaryFolder()
  const blobs = await storedPack(root, 'sparse', 20)
  const kept = blobs.slice(0, 5)
  const store = await blobsIn(root)
  const [before] = await packsIn(root)
  const planned = await compact(store, kept, { isDryRun: true })
  const done = await compact(store, kept)
  expect(done).toEqual(planned)
  expect(done).toMatchObject({ removedBlobs: 15, keptBlobs: 5 })
  const [after, ...others] = await packsIn(root)
  expect(others).toEqual([])
  expect(after!.bytes.length).toBeLessThan(before!.bytes.length / 2)
  expect(await readable(store, blobs)).toEqual(blobs.map((_, index) => index < 5))
  expect(await findingsOf(store, kept)).toEqual([])
  expect(await compact(store, kept)).toMatchObject({ removedBlobs: 0, removedBytes: 0 })
})

test('many small packs become one', async () => {
  const root = await temporaryFolder()
  const all: BlobRef[] = []
  for (let number = 0; number < BLOB_PACK_SMALL_COUNT; number++) {
    all.push(...(await storedPack(root, `small ${number}`, 3)))
  }
  const store = await blobsIn(root)
  expect(await compact(store, all)).toMatchObject({ removedBlobs: 0, keptBlobs: all.length })
  expect(await packsIn(root)).toHaveLength(1)
  expect(await findingsOf(store, all)).toEqual([])
})

test('what a killed writer left is sealed, without its torn tail', async () => {
  const root = await temporaryFolder()
  const blobs = await storedPack(root, 'torn', 6)
  const [pack] = await packsIn(root)
  await writeFile(pack!.path, pack!.bytes.subarray(0, pack!.records[4]!.offset + 50))
  const store = await blobsIn(root)
  expect(await compact(store, blobs)).toMatchObject({ keptBlobs: 4 })
  expect(await readable(store, blobs)).toEqual([true, true, true, true, false, false])
  expect(await findingsOf(store, blobs.slice(0, 4))).toEqual([])
})

test('a pack in which a named blob is damaged stays', async () => {
  const root = await temporaryFolder()
  const blobs = await storedPack(root, 'damaged', 10)
  const [pack] = await packsIn(root)
  const at = pack!.bytes.indexOf('damaged 1')
  await writeFile(pack!.path, Buffer.from(pack!.bytes).fill('x', at, at + 1))
  const store = await blobsIn(root)
  await compact(store, blobs.slice(0, 3))
  expect((await packsIn(root)).map(({ path }) => path)).toContain(pack!.path)
  expect(await readable(store, blobs.slice(0, 3))).toEqual([true, false, true])
})

test('of two copies the sound one stays', async () => {
  const root = await temporaryFolder()
  const [blob] = await storedPack(root, 'twice', 1)
  const [first] = await packsIn(root)
  await writeFile(first!.path, Buffer.from(first!.bytes).fill('x', 150, 151))
  await storedPack(root, 'twice', 1)
  expect(await packsIn(root)).toHaveLength(2)
  const store = await blobsIn(root)
  expect(await compact(store, [blob!])).toMatchObject({ removedBlobs: 1, keptBlobs: 1 })
  expect(await packsIn(root)).toHaveLength(1)
  expect(await findingsOf(store, [blob!])).toEqual([])
})

describe('a crash', () => {
  test('before each deletion leaves every named blob, and the next time goes on', async () => {
    const root = await temporaryFolder()
    const kept: BlobRef[] = []
    for (const name of ['a', 'b', 'c']) kept.push(...(await storedPack(root, name, 10)).slice(0, 2))
    await storedPack(root, 'd', 4)
    const snapshots: string[] = []
    const store = await blobsIn(root)
    const folders = await Promise.all(Array.from({ length: 4 }, temporaryFolder))
    await compact(store, kept, {
      onDelete: () => {
        // What is on the disk at this moment, with a new pack that is not sealed.
        const copy = folders[snapshots.length]!
        cpSync(root, copy, { recursive: true })
        snapshots.push(copy)
      },
    })
    expect(snapshots).toHaveLength(4)
    for (const snapshot of snapshots) {
      const crashed = await blobsIn(snapshot)
      expect(await readable(crashed, kept)).toEqual(kept.map(() => true))
      expect(await findingsOf(crashed, kept)).toEqual([])
      expect(await compact(crashed, kept)).toMatchObject({ keptBlobs: kept.length })
      expect(await readable(crashed, kept)).toEqual(kept.map(() => true))
      expect(await packsIn(snapshot)).toHaveLength(1)
    }
  })

  test('of whoever may not delete any more ends the work before the next deletion', async () => {
    const root = await temporaryFolder()
    await storedPack(root, 'dead', 3)
    const lost = new Error('the lease is lost')
    const store = await blobsIn(root)
    const throwing = () => {
      throw lost
    }
    await expect(compact(store, [], { onDelete: throwing })).rejects.toBe(lost)
    expect(await packsIn(root)).toHaveLength(1)
  })
})

test('readers of other processes find what has moved', async () => {
  const root = await temporaryFolder()
  const blobs = await storedPack(root, 'moving', 30)
  const kept = blobs.slice(0, 10)
  const reader = await blobsIn(root)
  // It has the old pack open, and knows where everything was.
  await reader.read(kept[0]!)
  let isDone = false
  const reading = (async () => {
    while (!isDone) expect(await readable(reader, kept)).toEqual(kept.map(() => true))
  })()
  await compact(await blobsIn(root), kept)
  isDone = true
  await reading
  // Not by the descriptor that it still had.
  await reader.release()
  expect(await readable(reader, kept)).toEqual(kept.map(() => true))
  // A writer that knew the old pack does not count on it.
  const writer = await blobsIn(root)
  expect(await writer.sizeOf(kept[0]!.hash)).toBe(kept[0]!.sizeBytes)
  await compact(await blobsIn(root), [])
  const bytes = Buffer.from('moving 0 '.repeat(20))
  expect(await writer.put(bytes, 'text/plain')).toEqual(blobs[0])
  expect(await readable(await blobsIn(root), [blobs[0]!])).toEqual([true])
})

test('nothing is reached through a link, and only files of a name that it could have made are deleted', async () => {
  const root = await temporaryFolder()
  const elsewhere = await temporaryFolder()
  const precious = join(elsewhere, '0mwz9c0bn-0123456789ab.pack')
  await writeFile(precious, 'precious')
  await mkdir(join(root, movie))
  await symlink(elsewhere, join(root, layout.blobPacks(movie)))
  const store = await blobsIn(root)
  await expect(compact(store, [])).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect(await readFile(precious, 'utf8')).toBe('precious')

  const other = await temporaryFolder()
  await storedPack(other, 'dead', 2)
  const folder = join(other, layout.blobPacks(movie))
  await symlink(precious, join(folder, '0mwz9c0bn-ffffffffffff.pack'))
  await expect(compact(await blobsIn(other), [])).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect((await stat(precious)).size).toBe(8)
})
