import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlobRef, MovieEvent } from '../../src/model/movie/event.js'
import { openStore } from '../../src/storage/open-store.js'
import { movie, numberedEvent, numbersIn, openWriter, readAll } from '../support/storage/log-fixture.js'
import { CANNOT_MOUNT, makeReadOnly, mountedFolder } from '../support/storage/mounted-folder.js'
import { findingsOf, readable } from '../support/storage/pack-fixture.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const batch = (number: number): MovieEvent[] =>
  Array.from({ length: 10 }, (_, index) => numberedEvent(number + index, 'x'.repeat(300)))

describe('a full disk', () => {
  test('the log: an error, no acknowledged event lost, and after space is made it goes on', async ({
    skip,
  }) => {
    const folder = await mountedFolder(256 * 1024)
    if (folder === undefined) return skip(CANNOT_MOUNT)
    await writeFile(join(folder, 'ballast'), randomBytes(64 * 1024))
    const store = await openStore(`file:${folder}`)
    const log = store.log(movie)
    const writer = await openWriter(log)
    let acknowledged = 0
    const filling = (async () => {
      for (;;) {
        await writer.append(batch(acknowledged))
        acknowledged += 10
      }
    })()
    await expect(filling).rejects.toMatchObject({ code: 'STORE_FULL' })
    await expect(writer.append(batch(0))).rejects.toMatchObject({ code: 'WRITER_CLOSED' })
    await writer.close()
    const numbers = () => readAll(log).then(numbersIn)
    // A batch of which only a part was written was never acknowledged; its whole lines may count.
    expect((await numbers()).slice(0, acknowledged)).toEqual(
      Array.from({ length: acknowledged }, (_, i) => i),
    )
    expect(acknowledged).toBeGreaterThan(100)
    await expect(openWriter(log)).rejects.toMatchObject({ code: 'STORE_FULL' })
    await numbers()

    await rm(join(folder, 'ballast'))
    const next = await openWriter(log)
    await next.append(batch(90_000))
    await next.close()
    const after = await numbers()
    expect(after.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, i) => i))
    expect(after.at(-1)).toBe(90_009)
    for await (const finding of log.check()) expect(finding).toMatchObject({ severity: 'note' })
  })

  test('files: an error, and nothing is left of what did not fit', async ({ skip }) => {
    const folder = await mountedFolder(256 * 1024)
    if (folder === undefined) return skip(CANNOT_MOUNT)
    const store = await openStore(`file:${folder}`)
    await store.files.replace('atlas/lease.json', Buffer.from('old'))
    const big = randomBytes(400 * 1024)
    async function* chunks() {
      for (let at = 0; at < big.length; at += 50_000) yield big.subarray(at, at + 50_000)
    }
    const blobs = store.blobs(movie)
    await expect(blobs.put(big, 'image/png')).rejects.toMatchObject({ code: 'STORE_FULL' })
    await expect(blobs.put(chunks(), 'image/png')).rejects.toMatchObject({ code: 'STORE_FULL' })
    await expect(store.files.create('atlas/big', big)).rejects.toMatchObject({ code: 'STORE_FULL' })
    await expect(store.files.replace('atlas/lease.json', big)).rejects.toMatchObject({ code: 'STORE_FULL' })
    expect((await store.files.read('atlas/lease.json'))!.toString()).toBe('old')
    const paths: string[] = []
    for await (const { path } of store.files.list('')) paths.push(path)
    expect(paths).toEqual(['atlas/lease.json'])
    await blobs.put(Buffer.alloc(100_000), 'image/png')
  })

  test('packs: a batch that does not fit is refused, what was told is there, and it goes on', async ({
    skip,
  }) => {
    const folder = await mountedFolder(1 << 20)
    if (folder === undefined) return skip(CANNOT_MOUNT)
    await writeFile(join(folder, 'ballast'), randomBytes(256 * 1024))
    const blobs = (await openStore(`file:${folder}`)).blobs(movie)
    const stored: BlobRef[] = []
    const failures: unknown[] = []
    for (let round = 0; round < 12; round++) {
      const puts = Array.from({ length: 8 }, () => blobs.put(randomBytes(9_000), 'image/png'))
      for (const outcome of await Promise.allSettled(puts)) {
        if (outcome.status === 'fulfilled') stored.push(outcome.value)
        else failures.push(outcome.reason)
      }
    }
    expect(stored.length).toBeGreaterThan(20)
    expect(failures.length).toBeGreaterThan(8)
    for (const failure of failures) expect(failure).toMatchObject({ code: 'STORE_FULL' })
    const check = async () => {
      const reader = (await openStore(`file:${folder}`)).blobs(movie)
      expect(await readable(reader, stored)).toEqual(stored.map(() => true))
      expect(await findingsOf(reader, stored)).toEqual([])
    }
    await blobs.release()
    await check()
    await rm(join(folder, 'ballast'))
    stored.push(await blobs.put(randomBytes(9_000), 'image/png'))
    await blobs.release()
    await check()
  })
})

describe('a folder that cannot be written', () => {
  test('is named, with the way out; reading goes on', async ({ skip }) => {
    const folder = await mountedFolder(256 * 1024)
    if (folder === undefined) return skip(CANNOT_MOUNT)
    const store = await openStore(`file:${folder}`)
    const writer = await openWriter(store.log(movie))
    await writer.append(batch(0))
    await writer.close()
    makeReadOnly(folder)
    const failed = {
      code: 'STORE_FAILED',
      message: expect.stringContaining(folder),
      details: { errno: 'EROFS' },
    }
    await expect(openWriter(store.log(movie))).rejects.toMatchObject(failed)
    await expect(store.blobs(movie).put(Buffer.from('x'), 'text/plain')).rejects.toMatchObject(failed)
    await expect(store.files.create('atlas/lease.json', Buffer.from('x'))).rejects.toMatchObject(failed)
    expect(numbersIn(await readAll(store.log(movie)))).toHaveLength(10)
  })

  test('a file stands where the folder should be', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'movies'), '')
    const store = await openStore(`file:${folder}/movies`)
    await expect(openWriter(store.log(movie))).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await expect(store.files.create('atlas/x', Buffer.from('x'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
    })
  })
})

describe('links', () => {
  test.each([
    ['the movie', 'movies/atlas'],
    ['the folder of its large blobs', 'movies/atlas/blobs'],
    ['the folder of its packs', 'movies/atlas/blob-packs'],
  ])('nothing is written through %s being a link to elsewhere', async (_, link) => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'elsewhere'))
    await mkdir(join(folder, link, '..'), { recursive: true })
    await symlink(join(folder, 'elsewhere'), join(folder, link))
    const store = await openStore(`file:${folder}/movies`)
    const failures: unknown[] = []
    for (const bytes of [Buffer.from('x'), randomBytes(100_000)]) {
      await store
        .blobs(movie)
        .put(bytes, 'text/plain')
        .catch(error => failures.push(error))
    }
    expect(failures).not.toEqual([])
    for (const failure of failures) expect(failure).toMatchObject({ code: 'STORE_FAILED' })
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([])
  })

  test('nor through a log that is one', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'precious'), 'text')
    await mkdir(join(folder, 'movies/atlas'), { recursive: true })
    await symlink(join(folder, 'precious'), join(folder, 'movies/atlas/events.jsonl'))
    const store = await openStore(`file:${folder}/movies`)
    await expect(openWriter(store.log(movie))).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  test('the root itself may be one', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'disk'))
    await symlink(join(folder, 'disk'), join(folder, 'movies'))
    const store = await openStore(`file:${folder}/movies`)
    await store.files.create('atlas/x', Buffer.from('x'))
    expect(await readdir(join(folder, 'disk/atlas'))).toContain('x')
  })
})

describe('what others leave and take', () => {
  test('a movie folder removed under an open store is made again', async () => {
    const folder = await temporaryFolder()
    const store = await openStore(`file:${folder}`)
    await store.blobs(movie).put(Buffer.from('one'), 'text/plain')
    await rm(join(folder, 'atlas'), { recursive: true })
    const blob = await store.blobs(movie).put(Buffer.from('one'), 'text/plain')
    expect(Buffer.from(await store.blobs(movie).read(blob)).toString()).toBe('one')
  })

  test('temporary files of writers long dead are removed, younger and other ones are not', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'atlas/tmp'), { recursive: true })
    const [old, young, foreign] = ['7-00112233445566aa.tmp', '8-00112233445566aa.tmp', 'thesis.tmp']
    for (const name of [old, young, foreign]) await writeFile(join(folder, 'atlas/tmp', name), 'half')
    const longAgo = new Date(Date.now() - 25 * 60 * 60_000)
    for (const name of [old, foreign]) await utimes(join(folder, 'atlas/tmp', name), longAgo, longAgo)
    await (await openStore(`file:${folder}`)).files.create('atlas/x', Buffer.from('x'))
    expect((await readdir(join(folder, 'atlas/tmp'))).sort()).toEqual([young, foreign])
  })

  test('strange things in the root do not hide the movies', async () => {
    const folder = await temporaryFolder()
    const store = await openStore(`file:${folder}`)
    await (await openWriter(store.log(movie))).close()
    await writeFile(join(folder, 'note.txt'), '')
    await writeFile(join(folder, 'plain'), '')
    await mkdir(join(folder, 'Upper'))
    await symlink('/nowhere', join(folder, 'dangling'))
    const movies: string[] = []
    for await (const id of store.listMovies()) movies.push(id)
    expect(movies).toEqual(['atlas'])
  })
})
