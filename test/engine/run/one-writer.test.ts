import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Engine, inline, MovieBusyError, WriterFencedError } from '../../../dist/index.js'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'
import {
  Calls,
  echo,
  gate,
  newStore,
  runAll,
  STORES,
  single,
  testEngine,
  valuesIn,
} from '../../support/engine-fixture.js'

const program = fileURLToPath(new URL('../../support/programs/holding-program.mjs', import.meta.url))

/** An engine with a run that holds the movie `single` until it is let go. */
async function holding(store: string) {
  const started = gate()
  const release = gate()
  const hold = inline(async request => {
    started.open()
    await release.opened
    return echo(request, {} as never)
  })
  const engine = await testEngine({ store, providers: { echo: hold } })
  const run = engine.run({ blueprint: single })
  await started.opened
  return { engine, run, release: release.open }
}

/** A process that runs the movie and never ends. */
async function holdingProcess(store: string) {
  const child = spawn(process.execPath, [program, store, 'single'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

const plainEngine = (store: string) => testEngine({ store, providers: { echo: inline(echo) } })

describe.each(STORES)('a second run of the same movie (%s)', kind => {
  test('is refused while the first one lives, and says who writes since when', async () => {
    const store = await newStore(kind)
    const { engine, run, release } = await holding(store)
    const error = await engine.run({ blueprint: single }).catch(error => error as Error)
    expect(error).toBeInstanceOf(MovieBusyError)
    const { writer } = await engine.movie('single').status()
    expect(error).toMatchObject({
      code: 'MOVIE_BUSY',
      details: { holder: writer!.holder, since: writer!.since },
    })
    expect((error as Error).message).toContain(writer!.holder)
    release()
    expect(await run).toMatchObject({ status: 'succeeded' })
    expect((await engine.movie('single').status()).writer).toBeNull()
    expect(await runAll(engine, { blueprint: single })).toMatchObject({ counts: { cached: 1 } })
  })

  test('waits for it when it may', async () => {
    const store = await newStore(kind)
    const { run, release } = await holding(store)
    const calls = new Calls()
    const other = await testEngine({ store, providers: { echo: calls.provider(echo) } })
    const second = other.run({ blueprint: single, waitMs: 60_000 })
    release()
    await run
    expect(await second).toMatchObject({ status: 'succeeded', counts: { cached: 1 } })
    expect(calls.take()).toEqual([])
  })
})

describe.each(STORES)('a run whose log was taken over (%s)', kind => {
  test('ends as fenced, keeps what was acknowledged, and running again continues', async () => {
    const store = await newStore(kind)
    const { engine, run, release } = await holding(store)
    const log = (await openStore(store)).log(movieId('single'))
    const usurper = await log.openWriter({ holder: 'elsewhere/1/n', after: LOG_START, onBatch() {} })
    release()
    const error = await run.catch(error => error as Error)
    expect(error).toBeInstanceOf(WriterFencedError)
    expect(error).toMatchObject({ code: 'WRITER_FENCED', details: { newerToken: usurper.token } })
    // What it sent after the takeover is void, as if it had never been.
    expect(await valuesIn(engine, 'single')).toEqual({})
    await usurper.close()
    const next = await plainEngine(store)
    expect(await runAll(next, { blueprint: single })).toMatchObject({ counts: { succeeded: 1 } })
    expect(await next.movie('single').verify()).toMatchObject({ isClean: true })
  })
})

describe('another process', () => {
  test('holds the movie as long as it lives, and not a moment longer', async () => {
    const store = await newStore('file')
    const child = await holdingProcess(store)
    const engine: Engine = await plainEngine(store)
    await expect(engine.run({ blueprint: single })).rejects.toMatchObject({
      code: 'MOVIE_BUSY',
      details: { holder: expect.stringContaining(`/${child.pid}/`) },
    })
    // Readers are not kept out.
    expect(await engine.movie('single').status()).toMatchObject({ lastRun: { runId: expect.any(String) } })
    expect(await engine.movie('single').verify()).toMatchObject({ isClean: true })
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await runAll(engine, { blueprint: single })).toMatchObject({ counts: { succeeded: 1 } })
  })
})

test('two movies run in one engine at the same time, each in its own log', async () => {
  const bothRun = gate()
  let running = 0
  const meet = inline(async request => {
    if (++running === 2) bothRun.open()
    await bothRun.opened
    return echo(request, {} as never)
  })
  const engine = await testEngine({ store: 'memory:', providers: { echo: meet } })
  const movies = ['first', 'second']
  const runs = movies.map(movie => engine.run({ blueprint: single, movieId: movie, inputs: { text: movie } }))
  for (const run of runs) expect(await run).toMatchObject({ status: 'succeeded' })
  for (const movie of movies) expect(await valuesIn(engine, movie)).toEqual({ 'Clip.Text': movie })
  const listed: string[] = []
  for await (const movie of engine.listMovies()) listed.push(movie)
  expect(listed).toEqual(movies)
})
