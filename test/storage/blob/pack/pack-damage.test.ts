import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlobRef } from '../../../../src/model/movie/event.js'
import { recordEnd } from '../../../../src/storage/blob/pack/pack-record.js'
import { layout } from '../../../../src/storage/layout.js'
import type { BlobStore } from '../../../../src/storage/store.js'
import { movie } from '../../../support/storage/log-fixture.js'
import {
  findingsOf,
  openFolder,
  packsIn,
  readable,
  type StoredPack,
} from '../../../support/storage/pack-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const TEXTS = ['first', 'second, in a batch of two', 'third, in the same batch']

/** Three blobs in two batches; the pack is sealed or, as after kill -9, it is not. */
async function threeBlobs(isSealed: boolean): Promise<{ blobs: BlobRef[]; pack: StoredPack }> {
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  const put = (text: string) => store.put(Buffer.from(text), 'text/plain')
  const blobs = [await put(TEXTS[0]!), ...(await Promise.all([put(TEXTS[1]!), put(TEXTS[2]!)]))]
  if (isSealed) await store.release()
  const [pack] = await packsIn(root)
  expect(pack!.records.map(({ batch, offset }) => batch === offset)).toEqual([true, true, false])
  return { blobs, pack: pack! }
}

/** A new store whose only pack has these bytes. */
async function storeOf({ path }: StoredPack, bytes: Buffer): Promise<BlobStore> {
  const root = await temporaryFolder()
  await mkdir(join(root, layout.blobPacks(movie)), { recursive: true })
  await writeFile(join(root, layout.blobPack(movie, basename(path))), bytes)
  return (await openFolder(root)).blobs(movie)
}

describe.each([
  ['cut off', 0, (bytes: Buffer, length: number) => bytes.subarray(0, length)],
  [
    'never written',
    // The newline at the end of a record decides nothing.
    1,
    (bytes: Buffer, length: number) =>
      Buffer.concat([bytes.subarray(0, length), Buffer.alloc(bytes.length - length)]),
  ],
])('a pack that is %s from any byte on', (_, spareBytes, damage) => {
  test('keeps every blob before it; what is missing is told, and can be stored again', async () => {
    const { blobs, pack } = await threeBlobs(true)
    for (let length = 0; length < pack.bytes.length; length++) {
      const store = await storeOf(pack, damage(pack.bytes, length))
      const whole = pack.records.map(record => recordEnd(record) - spareBytes <= length)
      expect({ length, whole: await readable(store, blobs) }).toEqual({ length, whole })
      const missing = blobs.filter((_, index) => !whole[index])
      const found = (await findingsOf(store, blobs)).filter(({ severity }) => severity === 'damage')
      expect({ length, found: found.length }).toEqual({ length, found: missing.length })
      if (length % 50 > 0) {
        await store.release()
        continue
      }
      for (const text of TEXTS) await store.put(Buffer.from(text), 'text/plain')
      expect(await readable(store, blobs)).toEqual([true, true, true])
      await store.release()
      expect((await findingsOf(store, blobs)).filter(({ severity }) => severity === 'damage')).toEqual([])
    }
  })
})

test('a torn tail is a note, and nobody misses what was not acknowledged', async () => {
  const { blobs, pack } = await threeBlobs(false)
  const [first, second] = pack.records
  for (const length of [second!.offset + 1, recordEnd(second!) - 30, recordEnd(second!)]) {
    const store = await storeOf(pack, pack.bytes.subarray(0, length))
    const findings = await findingsOf(store, blobs.slice(0, 1))
    expect(findings).toMatchObject(length === recordEnd(second!) ? [] : [{ severity: 'note' }])
  }
  // The disk has written the end of the last batch, and not its beginning.
  const bytes = Buffer.from(pack.bytes).fill(0, recordEnd(first!), recordEnd(second!))
  const store = await storeOf(pack, bytes)
  expect(await findingsOf(store, [blobs[0]!, blobs[2]!])).toMatchObject([
    { severity: 'note', where: expect.stringMatching(new RegExp(`:${recordEnd(first!)}$`)) },
  ])
  expect(await readable(store, blobs)).toEqual([true, false, true])
})

test('the same bytes lost before an acknowledged batch are damage', async () => {
  const { blobs, pack } = await threeBlobs(false)
  const [first] = pack.records
  const store = await storeOf(pack, Buffer.from(pack.bytes).fill(0, first!.offset, first!.offset + 20))
  expect(await findingsOf(store, blobs)).toMatchObject([
    { severity: 'damage', where: expect.stringMatching(new RegExp(`:${first!.offset}$`)) },
    { severity: 'damage', where: layout.blob(movie, blobs[0]!.hash) },
  ])
  expect(await readable(store, blobs)).toEqual([false, true, true])
})

test('every flipped bit of a sealed pack is found, at its place, and costs one blob at most', async () => {
  const { blobs, pack } = await threeBlobs(true)
  for (let at = 0; at < pack.bytes.length; at++) {
    const bytes = Buffer.from(pack.bytes)
    bytes[at]! ^= 1 << (at % 8)
    const store = await storeOf(pack, bytes)
    const damage = (await findingsOf(store, blobs)).filter(({ severity }) => severity === 'damage')
    expect({ at, found: damage.length > 0 }).toEqual({ at, found: true })
    expect(damage[0]!.where).toMatch(/^atlas\/blob-packs\/.*\.pack:\d+$/)
    expect({ at, lost: (await readable(store, blobs)).filter(is => !is).length <= 1 }).toEqual({
      at,
      lost: true,
    })
    await store.release()
  }
})

test('a blob that looks like a pack is only bytes', async () => {
  const { pack } = await threeBlobs(true)
  const root = await temporaryFolder()
  const store = (await openFolder(root)).blobs(movie)
  const outer = await store.put(pack.bytes, 'application/octet-stream')
  const inner = { hash: pack.records[0]!.hash, sizeBytes: 5, mimeType: 'text/plain' } as BlobRef
  expect(await readable(store, [outer, inner])).toEqual([true, false])
  // Nor when the head before it is damaged, and what follows is searched for records.
  const [stored] = await packsIn(root)
  const broken = await storeOf(stored!, Buffer.from(stored!.bytes).fill(0, stored!.records[0]!.offset, 60))
  expect(await readable(broken, [outer, inner])).toEqual([false, false])
})
