import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Engine } from '../../src/engine/engine.js'
import { openEngine } from '../../src/engine/engine.js'
import { inline } from '../../src/index.js'
import { FOLDER_CHECK_KEEP_MS } from '../../src/storage/local/folder/local-folders.js'
import { type OddEntry, putInPlace } from '../support/storage/odd-entries.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const LONG_AGO = new Date('2020-01-01')
/** A name such as writers give, so that only its place protects it. */
const TEMPORARY = '7-00112233445566aa.tmp'
const HASH = `2a${'0'.repeat(62)}`

interface Scene {
  readonly engine: Engine
  readonly movie: string
  readonly elsewhere: string
  run(count: number): Promise<unknown>
}

async function scene(): Promise<Scene> {
  const folder = await temporaryFolder()
  const elsewhere = join(folder, 'elsewhere')
  await mkdir(join(elsewhere, '2a'), { recursive: true })
  for (const name of ['thesis.txt', TEMPORARY, HASH, `2a/${HASH}`, '000000000001.json', 'events.jsonl']) {
    await writeFile(join(elsewhere, name), `my ${name}`)
    await utimes(join(elsewhere, name), LONG_AGO, LONG_AGO)
  }
  const engine = await openEngine({
    store: `file:${folder}/movies`,
    providers: {
      pictures: inline(async ({ jobId }) => ({
        outputs: { P: { bytes: Buffer.from(jobId), mimeType: 'image/png' } },
      })),
    },
  })
  onTestFinished(() => engine.close())
  const run = async (count: number) =>
    await engine.run({
      movieId: 'm',
      blueprint: {
        name: 'm',
        loops: { i: { count } },
        producers: {
          A: { loop: 'i', provider: 'pictures', with: { i: '${index.i}' }, outputs: { P: 'image/png' } },
        },
      },
    })
  await run(2)
  return { engine, movie: join(folder, 'movies/m'), elsewhere, run }
}

/** Names, contents and ages: what an operation may have changed. */
async function picture(folder: string): Promise<unknown> {
  const names = (await readdir(folder, { recursive: true })).toSorted()
  return await Promise.all(
    names.map(async name => {
      const path = join(folder, name)
      const stats = await stat(path)
      return stats.isFile() ? [name, await readFile(path, 'utf8'), stats.mtimeMs] : [name, stats.mtimeMs]
    }),
  )
}

const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of items);
}

const OPERATIONS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  run: scene => scene.run(4),
  edit: ({ engine }) => engine.movie('m').edit('Producer:A[0].P', Buffer.alloc(40_000)),
  pin: ({ engine }) => engine.movie('m').pin('Producer:A[0].P'),
  gc: ({ engine }) => engine.movie('m').gc(),
  verify: ({ engine }) => engine.movie('m').verify(),
  status: ({ engine }) => engine.movie('m').status(),
  artifacts: ({ engine }) => drain(engine.movie('m').artifacts()),
  list: ({ engine }) => drain(engine.listMovies()),
}

const PLACES = [
  '',
  'tmp',
  'blobs',
  'blobs/2a',
  'blob-packs',
  'manifests',
  'manifests/000000000001.json',
  'events.jsonl',
  'events',
  'lease.json',
  'runs',
]
const ODD: readonly OddEntry[] = ['link', 'dangling link', 'FIFO', 'socket']

describe.each(ODD)('a %s', odd => {
  test.each(PLACES)(
    'in the place of "%s" leads no operation out of the movie, and none waits',
    async place => {
      const stage = await scene()
      const isFile = place.includes('.json')
      await putInPlace(
        odd,
        join(stage.movie, place),
        isFile ? join(stage.elsewhere, 'events.jsonl') : stage.elsewhere,
      )
      // What was seen of a folder counts for so long.
      await delay(2 * FOLDER_CHECK_KEEP_MS)
      const before = await picture(stage.elsewhere)
      for (const [name, operate] of Object.entries(OPERATIONS)) {
        const failure = await operate(stage).then(
          () => undefined,
          error => error,
        )
        const codes = [undefined, 'STORE_FAILED', 'MOVIE_NOT_FOUND']
        expect(codes, `${name}: ${failure?.stack}`).toContain(failure?.code)
      }
      expect(await picture(stage.elsewhere)).toEqual(before)
    },
  )
})

describe.each(ODD)('in a cache, a %s', odd => {
  test.each(['entries', 'entries/tmp', 'blobs', 'blob-packs', 'tmp'])(
    'in the place of "%s" costs no job, and leads nowhere',
    async place => {
      const { elsewhere, movie } = await scene()
      const folder = join(movie, '../..')
      await putInPlace(odd, join(folder, 'cache', place), elsewhere)
      const before = await picture(elsewhere)
      const engine = await openEngine({
        store: 'memory:',
        cache: `file:${folder}/cache`,
        providers: {
          pictures: inline(async ({ jobId }) => ({
            outputs: { P: { bytes: Buffer.from(jobId.repeat(9_000)), mimeType: 'image/png' } },
          })),
        },
      })
      onTestFinished(() => engine.close())
      const blueprint = { name: 'm', producers: { A: { provider: 'pictures', outputs: { P: 'image/png' } } } }
      const run = await engine.run({ movieId: 'm', blueprint })
      expect(await run).toMatchObject({ status: 'succeeded' })
      expect(await picture(elsewhere)).toEqual(before)
    },
  )
})

test('what is no name of ours stays when the garbage is collected', async () => {
  const { engine, movie } = await scene()
  const odd = [
    'blobs/thesis.txt',
    `blobs/2a/${'3'.repeat(64)}`,
    'blobs/2a/thesis',
    'manifests/1.json',
    'tmp/thesis.tmp',
  ]
  await mkdir(join(movie, 'blobs/2a'), { recursive: true })
  for (const path of odd) {
    await writeFile(join(movie, path), 'mine')
    await utimes(join(movie, path), LONG_AGO, LONG_AGO)
  }
  await writeFile(join(movie, 'blobs/2a', HASH), 'ours')
  await writeFile(join(movie, 'tmp', TEMPORARY), 'ours')
  await utimes(join(movie, 'tmp', TEMPORARY), LONG_AGO, LONG_AGO)
  expect(await engine.movie('m').gc()).toMatchObject({ removed: { blobs: 1, manifests: 0, temporary: 1 } })
  for (const path of odd) expect(await readFile(join(movie, path), 'utf8')).toBe('mine')
})
