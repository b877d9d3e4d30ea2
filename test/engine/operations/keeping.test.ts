import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Engine, inline } from '../../../dist/index.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { clips, gate, newStore, runAll, STORES, testEngine } from '../../support/engine-fixture.js'

/** What keeps a store in order: gc and copy. */

const movie = clips(4)
const providers = {
  p: inline(({ indices, inputs }) => ({
    outputs: {
      Text: `clip ${indices.n} ${inputs.style}`,
      Image: { bytes: Buffer.from(`image ${indices.n} ${inputs.style}`), mimeType: 'image/png' },
    },
  })),
}

async function contentOf(engine: Engine): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for await (const { artifactId, hash } of engine.movie('movie').artifacts()) hashes[artifactId] = hash
  return hashes
}

describe.each(STORES)('gc (%s)', kind => {
  test('removes what no event names, and nothing else', async () => {
    const url = await newStore(kind)
    const engine = await testEngine({ store: url, providers })
    for (const style of ['a', 'b', 'c', 'd']) await runAll(engine, { blueprint: movie, inputs: { style } })
    const store = await openStore(url)
    await store.blobs(movieId('movie')).put(Buffer.from('nobody names it'), 'text/plain')
    const before = await contentOf(engine)

    const { events } = await engine.movie('movie').status()
    const planned = await engine.movie('movie').gc({ dryRun: true })
    expect((await engine.movie('movie').status()).events).toBe(events)
    expect(planned).toMatchObject({ isDryRun: true, removed: { blobs: 1, manifests: 1 }, keptBlobs: 16 })
    expect(await engine.movie('movie').gc()).toMatchObject({ ...planned, isDryRun: false })
    expect(await engine.movie('movie').gc()).toMatchObject({
      removed: { blobs: 0, manifests: 0 },
      removedBytes: 0,
    })
    expect(await engine.movie('movie').verify()).toMatchObject({ isClean: true })
    expect(await contentOf(engine)).toEqual(before)
    expect(await runAll(engine, { blueprint: movie, inputs: { style: 'd' } })).toMatchObject({
      counts: { succeeded: 0, cached: 4 },
    })
  })

  test('waits for no run: it is refused while one is in progress', async () => {
    const started = gate()
    const release = gate()
    const engine = await testEngine({
      store: await newStore(kind),
      providers: {
        p: inline(async (request, context) => {
          started.open()
          await release.opened
          return providers.p.provider.produce(request, context)
        }),
      },
    })
    const run = engine.run({ blueprint: movie })
    await started.opened
    await expect(engine.movie('movie').gc()).rejects.toMatchObject({ code: 'MOVIE_BUSY' })
    release.open()
    expect(await run).toMatchObject({ status: 'succeeded' })
  })
})

test('gc removes temporary files that were left behind an hour ago, and no younger ones', async () => {
  const url = await newStore('file')
  const engine = await testEngine({ store: url, providers })
  await runAll(engine, { blueprint: movie })
  const folder = join(
    fileURLToPath(url.startsWith('file:///') ? url : `file://${url.slice(5)}`),
    'movie',
    'tmp',
  )
  const [old, young] = ['1-0123456789abcdef.tmp', '2-0123456789abcdef.tmp'] as const
  // The engine gives no such name, so it takes no such file away.
  for (const name of [old, young, '1-mine.tmp']) await writeFile(join(folder, name), 'half')
  const longAgo = new Date(Date.now() - 2 * 60 * 60_000)
  for (const name of [old, '1-mine.tmp']) await utimes(join(folder, name), longAgo, longAgo)
  expect(await engine.movie('movie').gc()).toMatchObject({ removed: { temporary: 1 } })
  expect((await readdir(folder)).sort()).toEqual(['1-mine.tmp', young])
})

test('a movie is not copied onto itself', async () => {
  const url = await newStore('file')
  const engine = await testEngine({ store: url, providers })
  await runAll(engine, { blueprint: movie })
  await expect(engine.movie('movie').copy(url)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})

test('a misspelt option removes nothing', async () => {
  const engine = await testEngine({ store: 'memory:', providers })
  await runAll(engine, { blueprint: movie })
  await expect(engine.movie('movie').gc({ dryrun: true } as never)).rejects.toMatchObject({
    code: 'USAGE_INVALID',
  })
})

test('gc and copy need a movie', async () => {
  const engine = await testEngine({ store: 'memory:', providers })
  await expect(engine.movie('movie').gc()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
  await expect(engine.movie('movie').copy('memory:')).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
})

describe.each(STORES)('copy (from file to %s)', kind => {
  test('has everything, is clean, goes on, and costs nothing the second time', async () => {
    const engine = await testEngine({ store: await newStore('file'), providers })
    await runAll(engine, { blueprint: movie })
    await runAll(engine, { blueprint: movie, inputs: { style: 'bold' } })
    const to = await newStore(kind)
    const copied = await engine.movie('movie').copy(to)
    expect(copied).toMatchObject({ blobs: 8, to: expect.stringMatching(/^(memory|file|s3):/) })
    const other = await testEngine({ store: to, providers })
    expect(await contentOf(other)).toEqual(await contentOf(engine))
    expect(await other.movie('movie').verify()).toMatchObject({
      isClean: true,
      checked: { blobs: 8, revision: 1 },
    })
    expect(await engine.movie('movie').copy(to)).toEqual(copied)
    expect(await runAll(other, { blueprint: movie, inputs: { style: 'bold' } })).toMatchObject({
      counts: { succeeded: 0, cached: 4 },
    })
    // What happened there since is not what happened here.
    await expect(engine.movie('movie').copy(to)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  })

  test('and back again: packs, a blob in a file of its own and the log are what they were', async () => {
    const many = clips(40)
    const pictures = {
      p: inline(({ indices, inputs }) => ({
        outputs: {
          Text: `clip ${indices.n} ${inputs.style}`,
          Image: {
            bytes: Buffer.alloc(indices.n === 7 ? 200_000 : 2_000, `${indices.n} `),
            mimeType: 'image/png',
          },
        },
      })),
    }
    const engine = await testEngine({ store: await newStore('file'), providers: pictures })
    await runAll(engine, { blueprint: many })
    const there = await newStore(kind)
    await engine.movie('movie').copy(there)
    const other = await testEngine({ store: there, providers: pictures })
    const back = await newStore('file')
    expect(await other.movie('movie').copy(back)).toMatchObject({ blobs: 40 })
    const last = await testEngine({ store: back, providers: pictures })
    expect(await last.movie('movie').verify()).toMatchObject({ isClean: true, checked: { blobs: 40 } })
    expect(await contentOf(last)).toEqual(await contentOf(engine))
    expect(await runAll(last, { blueprint: many })).toMatchObject({ counts: { succeeded: 0, cached: 40 } })
  })

  test('goes on where an earlier copy ended', async () => {
    const engine = await testEngine({ store: await newStore('file'), providers })
    await runAll(engine, { blueprint: movie })
    const to = await newStore(kind)
    await engine.movie('movie').copy(to)
    await runAll(engine, { blueprint: movie, inputs: { style: 'later' } })
    expect(await engine.movie('movie').copy(to)).toMatchObject({ blobs: 8 })
    const other = await testEngine({ store: to, providers })
    expect(await contentOf(other)).toEqual(await contentOf(engine))
    expect(await other.movie('movie').verify()).toMatchObject({ isClean: true })
  })
})
