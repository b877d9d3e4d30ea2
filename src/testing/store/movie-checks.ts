import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { valueHash } from '../../model/hash.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import { LOG_START } from '../../model/movie/log-position.js'
import { movieId } from '../../model/movie-id.js'
import { openCustomStore } from '../../storage/custom/open-custom-store.js'
import type { LogWriter, Store } from '../../storage/store.js'
import type { ContractCheck } from '../contract-check.js'
import type { StoreUnderTest } from './store-under-test.js'

const WRITERS = 3
const APPENDS = 4
const now = () => new Date()

/** What the engine makes of the files: logs, blobs and movies. */
export function movieChecks(open: StoreUnderTest): ContractCheck[] {
  const opened = async (): Promise<Store> =>
    openCustomStore({ url: 'contract:store', files: await open() }, { now })
  const movie = movieId('atlas')
  return [
    {
      name: 'of writers that race for a log each event that was acknowledged is there once, in one order',
      async run() {
        const store = await opened()
        const acknowledged = (
          await Promise.all(Array.from({ length: WRITERS }, (_, writer) => appendAll(store, movie, writer)))
        ).flat()
        const [first, second] = [await notesIn(store, movie), await notesIn(store, movie)]
        assert.deepEqual(first, second, 'Two readers saw different logs.')
        assert.equal(new Set(first).size, first.length, 'An event is in the log twice.')
        const lost = acknowledged.filter(note => !first.includes(note))
        assert.deepEqual(lost, [], 'Events that were acknowledged are not in the log.')
      },
    },
    {
      name: 'blobs of any size come back as they were put',
      async run() {
        const store = await opened()
        const blobs = store.blobs(movie)
        const sizes = [0, 1, 20_000, 65_537, 2_000_003]
        const contents = sizes.map(size => randomBytes(size))
        const refs = await Promise.all(contents.map(bytes => blobs.put(bytes, 'image/png')))
        await blobs.release()
        for (const [index, ref] of refs.entries()) {
          assert.ok(
            Buffer.from(await blobs.read(ref)).equals(contents[index]!),
            `${sizes[index]} bytes came back changed.`,
          )
        }
        await store[Symbol.asyncDispose]()
      },
    },
    {
      name: 'movies are listed by their logs',
      async run() {
        const store = await opened()
        for (const id of ['zoo', 'atlas']) await (await writerOf(store, movieId(id), 0)).close()
        await store.files.create('no-log/lease.json', Buffer.from('{}'))
        const movies: string[] = []
        for await (const id of store.listMovies()) movies.push(id)
        assert.deepEqual(movies, ['atlas', 'zoo'])
      },
    },
  ]
}

const writerOf = (store: Store, movie: MovieId, writer: number): Promise<LogWriter> =>
  store.log(movie).openWriter({ holder: `contract/${writer}`, after: LOG_START, onBatch: () => {} })

/** Appends until another writer takes over; the events that were acknowledged. */
async function appendAll(store: Store, movie: MovieId, writer: number): Promise<string[]> {
  const acknowledged: string[] = []
  try {
    const log = await writerOf(store, movie, writer)
    for (let append = 0; append < APPENDS; append++) {
      const note = `writer ${writer}, append ${append}`
      await log.append([noteOf(note)])
      acknowledged.push(note)
    }
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 'WRITER_FENCED') throw error
  }
  return acknowledged
}

/** An event that can be told from every other. */
const noteOf = (value: string): MovieEvent => ({
  type: 'artifact',
  artifactId: 'Producer:Note.Text' as ArtifactId,
  value,
  hash: valueHash(value),
  timestamp: '2026-01-01T00:00:00.000Z',
})

async function notesIn(store: Store, movie: MovieId): Promise<string[]> {
  const notes: string[] = []
  for await (const { events } of store.log(movie).read()) {
    for (const { event } of events) if (event.type === 'artifact') notes.push(String(event.value))
  }
  return notes
}
