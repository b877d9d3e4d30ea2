import { describe, expect, test } from 'vitest'
import { movieId } from '../../src/model/movie-id.js'
import { layout } from '../../src/storage/layout.js'
import type { Store } from '../../src/storage/store.js'
import { openWriter } from '../support/storage/log-fixture.js'

const atlas = movieId('atlas')
const path = layout.lease(atlas)

async function* chunked(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

/** What every store promises about whole files and movies. `open` makes a new, empty one. */
export function storeContract(open: () => Promise<Store>): void {
  describe('create', () => {
    test('of many callers at once exactly one creates the file, and its bytes stand', async () => {
      const store = await open()
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, index) => store.files.create(path, Buffer.from(`caller ${index}`))),
      )
      expect(outcomes.filter(outcome => outcome === 'created')).toHaveLength(1)
      expect((await store.files.read(path))!.toString()).toBe(`caller ${outcomes.indexOf('created')}`)
    })

    test('the bytes are there for whoever is told that the file exists', async () => {
      const store = await open()
      const seen = await Promise.all(
        Array.from({ length: 10 }, async () => {
          await store.files.create(path, Buffer.from('x'.repeat(100_000)))
          return (await store.files.read(path))!.toString().length
        }),
      )
      expect(new Set(seen)).toEqual(new Set([100_000]))
    })

    test('takes a stream, and leaves nothing of one that fails', async () => {
      const store = await open()
      const failure = new Error('the source broke')
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield* chunked('half')
        throw failure
      }
      await expect(store.files.create(path, broken())).rejects.toBe(failure)
      expect((await store.files.size(path)) !== undefined).toBe(false)
      expect(await store.files.create(path, chunked('a', 'b', '', 'c'))).toBe('created')
      expect((await store.files.read(path))!.toString()).toBe('abc')
    })

    test('keeps its bytes when the caller uses the buffer again', async () => {
      const store = await open()
      const buffer = Buffer.from('before')
      await store.files.create(path, buffer)
      buffer.write('after!')
      expect((await store.files.read(path))!.toString()).toBe('before')
    })

    test('makes empty files, and files in folders of any depth', async () => {
      const store = await open()
      expect(await store.files.create('atlas/runs/one/plan.json', Buffer.alloc(0))).toBe('created')
      expect(await store.files.create('atlas/runs/one/plan.json', Buffer.from('x'))).toBe('exists')
      expect(await store.files.size('atlas/runs/one/plan.json')).toBe(0)
    })
  })

  describe('replace', () => {
    test('makes the file, and makes it again', async () => {
      const store = await open()
      await store.files.replace(path, Buffer.from('one, and longer'))
      await store.files.replace(path, Buffer.from('two'))
      expect((await store.files.read(path))!.toString()).toBe('two')
      expect(await store.files.create(path, Buffer.from('three'))).toBe('exists')
    })

    test('a reader sees one of the versions, whole', async () => {
      const store = await open()
      const versions = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(20_000))
      await store.files.replace(path, Buffer.from(versions[0]!))
      const writing = (async () => {
        for (const version of versions) await store.files.replace(path, Buffer.from(version))
      })()
      for (let round = 0; round < 20; round++) {
        expect(versions).toContain((await store.files.read(path))!.toString())
      }
      await writing
    })
  })

  test.each(['../out', 'atlas/../../out', 'atlas/..', '..'])(
    '%s never leads out of the store',
    async outside => {
      const store = await open()
      const failed = { code: 'STORE_FAILED' }
      await expect(store.files.create(outside, Buffer.from('x'))).rejects.toMatchObject(failed)
      await expect(store.files.replace(outside, Buffer.from('x'))).rejects.toMatchObject(failed)
    },
  )

  test('a deleted file can be created again', async () => {
    const store = await open()
    await store.files.create(path, Buffer.from('one'))
    await store.files.delete(path)
    expect(await store.files.create(path, Buffer.from('two'))).toBe('created')
  })

  test('lists the movies that have a log, in order', async () => {
    const store = await open()
    const movies = async () => {
      const ids: string[] = []
      for await (const id of store.listMovies()) ids.push(id)
      return ids
    }
    expect(await movies()).toEqual([])
    for (const id of ['zoo', 'atlas', '2024-book']) await (await openWriter(store.log(movieId(id)))).close()
    await store.files.create('no-log/lease.json', Buffer.from('{}'))
    await store.log(movieId('only-looked-at')).exists()
    expect(await movies()).toEqual(['2024-book', 'atlas', 'zoo'])
  })
}
