import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { BlobHash } from '../../src/model/id.js'
import type { BlobRef } from '../../src/model/movie/event.js'
import { movieId } from '../../src/model/movie-id.js'
import { layout } from '../../src/storage/layout.js'
import type { Finding, Store } from '../../src/storage/store.js'
import { spoilBlob } from '../support/storage/spoiled-blob.js'

const atlas = movieId('atlas')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function* inChunksOf(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}

/** What every store promises about blobs. `open` makes a new, empty one. */
export function blobContract(open: () => Promise<Store>): void {
  const sizes = [0, 1, 1_000, 65_536, 65_537, 3_000_001]

  test.each(sizes)('%i bytes come back as they were put, whole and as a stream', async size => {
    const blobs = (await open()).blobs(atlas)
    const bytes = randomBytes(size)
    const blob = await blobs.put(bytes, 'image/png')
    expect(blob).toEqual({ hash: sha256(bytes), sizeBytes: size, mimeType: 'image/png' })
    expect(Buffer.compare(await blobs.read(blob), bytes)).toBe(0)
    const chunks: Uint8Array[] = []
    for await (const chunk of blobs.readStream(blob)) chunks.push(chunk)
    expect(Buffer.compare(Buffer.concat(chunks), bytes)).toBe(0)
    expect(await blobs.sizeOf(blob.hash)).toBe(blob.sizeBytes)
  })

  test('a stream and the same bytes in one piece are one blob', async () => {
    const store = await open()
    const blobs = store.blobs(atlas)
    const bytes = randomBytes(300_000)
    const streamed = await blobs.put(inChunksOf(bytes, 70_000), 'audio/wav')
    expect(streamed).toEqual(await blobs.put(bytes, 'audio/wav'))
    expect(await filesIn(store)).toEqual([layout.blob(atlas, streamed.hash)])
  })

  test.each([50_000, 100_000])(
    'many puts of the same %i bytes at once all succeed, and leave one file',
    async sizeBytes => {
      const store = await open()
      const bytes = randomBytes(sizeBytes)
      const blobs = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          store.blobs(atlas).put(index % 2 ? bytes : inChunksOf(bytes, 9_000), 'image/png'),
        ),
      )
      expect(new Set(blobs.map(blob => blob.hash))).toEqual(new Set([sha256(bytes)]))
      expect(await filesIn(store)).toHaveLength(1)
      expect(Buffer.compare(await store.blobs(atlas).read(blobs[0]!), bytes)).toBe(0)
    },
  )

  test('a caller may use its buffer again', async () => {
    const blobs = (await open()).blobs(atlas)
    const buffer = Buffer.alloc(1_000)
    const stored: BlobRef[] = []
    for (let round = 0; round < 5; round++) {
      buffer.fill(round)
      stored.push(await blobs.put(buffer, 'text/plain'))
    }
    for (const [round, blob] of stored.entries()) expect((await blobs.read(blob))[999]).toBe(round)
  })

  test('what was stored is there after the store was released, and for another one', async () => {
    const store = await open()
    const blobs = store.blobs(atlas)
    const first = await blobs.put(Buffer.from('first'), 'text/plain')
    await blobs.release()
    const second = await blobs.put(Buffer.from('second'), 'text/plain')
    for (const blob of [first, second]) expect((await blobs.read(blob)).length).toBe(blob.sizeBytes)
    expect(await blobs.sizeOf(first.hash)).toBe(5)
    await Promise.all([blobs.release(), blobs.release()])
  })

  test('a check reads all that are named, and tells of those that are missing or damaged', async () => {
    const store = await open()
    const blobs = store.blobs(atlas)
    const sound = await blobs.put(randomBytes(30), 'text/plain')
    const large = await blobs.put(randomBytes(90_000), 'image/png')
    const spoiled = await blobs.put(Buffer.from('0123456789'), 'text/plain')
    const named = new Map([sound, large, spoiled].map(blob => [blob.hash as string, blob]))
    const findings = async () => {
      const found: Finding[] = []
      for await (const finding of blobs.check(named)) found.push(finding)
      return found
    }
    expect(await findings()).toEqual([])
    await blobs.release()
    const where = await spoilBlob(store, spoiled, bytes => bytes.fill(0, 5, 6))
    expect(await findings()).toMatchObject([{ severity: 'damage', where }])
    const missing = { ...sound, hash: 'ab'.repeat(32) as BlobHash }
    named.clear()
    named.set(missing.hash, missing)
    expect(await findings()).toMatchObject([{ severity: 'damage', where: layout.blob(atlas, missing.hash) }])
  })

  test('a source that fails is named as it is, and leaves nothing', async () => {
    const store = await open()
    const failure = new Error('connection reset')
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(10_000)
      throw failure
    }
    await expect(store.blobs(atlas).put(broken(), 'image/png')).rejects.toBe(failure)
    expect(await filesIn(store)).toEqual([])
  })

  describe('a blob that is not right', () => {
    const missing = { hash: 'ab'.repeat(32), sizeBytes: 3, mimeType: 'text/plain' } as BlobRef

    test('missing', async () => {
      const blobs = (await open()).blobs(atlas)
      expect(await blobs.sizeOf(missing.hash)).toBeUndefined()
      await expect(blobs.read(missing)).rejects.toMatchObject({ code: 'BLOB_MISSING' })
      await expect(drain(blobs.readStream(missing))).rejects.toMatchObject({ code: 'BLOB_MISSING' })
    })

    test('a hash that is no hash never becomes a path', async () => {
      const store = await open()
      await store.files.create('atlas/secret', Buffer.from('top'))
      const blobs = store.blobs(atlas)
      const forged = { ...missing, hash: '../../atlas/secret' as BlobHash }
      await expect(blobs.read(forged)).rejects.toMatchObject({ code: 'BLOB_MISSING' })
      expect(await blobs.sizeOf(forged.hash)).toBeUndefined()
    })

    test.each([
      ['another byte', (bytes: Buffer) => bytes.fill(0, 5, 6)],
      ['fewer bytes', (bytes: Buffer) => bytes.subarray(1)],
      ['nothing', () => Buffer.alloc(0)],
    ])('%s', async (_, damage) => {
      const store = await open()
      const blobs = store.blobs(atlas)
      const bytes = Buffer.from('0123456789')
      const blob = await blobs.put(bytes, 'text/plain')
      await spoilBlob(store, blob, damage)
      await expect(blobs.read(blob)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
      await expect(drain(blobs.readStream(blob))).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
    })

    test('put again, a blob of the wrong size is repaired', async () => {
      const store = await open()
      const blobs = store.blobs(atlas)
      const blob = await blobs.put(Buffer.from('whole'), 'text/plain')
      await spoilBlob(store, blob, () => Buffer.from('who'))
      await blobs.put(Buffer.from('whole'), 'text/plain')
      expect(Buffer.from(await blobs.read(blob)).toString()).toBe('whole')
    })
  })
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

/** Every file of the movie: blobs, and whatever should not be there. */
async function filesIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.files.list(atlas)) paths.push(path)
  return paths
}
