import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline, type LoggedEvent } from '../../../dist/index.js'
import {
  bytesOf,
  echo,
  gate,
  newStore,
  runAll,
  STORES,
  single,
  testEngine,
} from '../../support/engine-fixture.js'

async function eventsOf(engine: Engine, movie: string, since?: number): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  for await (const event of engine.movie(movie).events({ since })) events.push(event)
  return events
}

describe.each(STORES)('reading a movie (%s)', kind => {
  const open = async () => testEngine({ store: await newStore(kind), providers: { echo: inline(echo) } })

  test('events: the whole log in its one order, or what comes behind a number', async () => {
    const engine = await open()
    await runAll(engine, { blueprint: single })
    const events = await eventsOf(engine, 'single')
    expect(events.map(({ event }) => event.type)).toEqual([
      'writer.opened',
      'run.started',
      'artifact',
      'job.succeeded',
      'run.finished',
      'writer.closed',
    ])
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(events[4]!.event).toMatchObject({
      status: 'succeeded',
      counts: { succeeded: 1, failed: 0, skipped: 0, cached: 0 },
    })
    expect((await eventsOf(engine, 'single', 4)).map(({ seq }) => seq)).toEqual([5, 6])
    expect(await eventsOf(engine, 'single', 99)).toEqual([])
  })

  test('events: a follower hears of a run as it goes on, until it is told to stop', async () => {
    const engine = await open()
    await runAll(engine, { blueprint: single })
    const stop = new AbortController()
    const heard: string[] = []
    const caughtUp = gate()
    const following = (async () => {
      for await (const { event } of engine.movie('single').events({ follow: true, signal: stop.signal })) {
        heard.push(event.type)
        if (heard.length === 6) caughtUp.open()
        if (event.type === 'artifact' && event.value === 'second') stop.abort()
      }
    })()
    await caughtUp.opened
    await runAll(engine, { blueprint: single, inputs: { text: 'second' } })
    await following
    expect(heard.slice(6)).toEqual(['writer.opened', 'run.started', 'artifact'])
  })

  test('artifacts: values inline, bytes by reference', async () => {
    const engine = await testEngine({
      store: await newStore(kind),
      providers: {
        draw: inline(() => ({
          outputs: { Image: { bytes: Buffer.from('pixels'), mimeType: 'image/png' }, Facts: { n: 1 } },
        })),
      },
    })
    const blueprint: BlueprintDefinition = {
      name: 'drawing',
      producers: { Draw: { provider: 'draw', outputs: { Image: 'image/png', Facts: 'json' } } },
    }
    await runAll(engine, { blueprint })
    const records = []
    for await (const record of engine.movie('drawing').artifacts()) records.push(record)
    const blob = { hash: expect.stringMatching(/^[0-9a-f]{64}$/), sizeBytes: 6, mimeType: 'image/png' }
    expect(records).toEqual([
      { artifactId: 'Producer:Draw.Image', blob, hash: expect.any(String) },
      { artifactId: 'Producer:Draw.Facts', value: { n: 1 }, hash: expect.any(String) },
    ])
    const bytes = await bytesOf(engine.movie('drawing').blob(records[0]!.blob!).stream())
    expect(bytes.toString()).toBe('pixels')
    const lost = { ...records[0]!.blob!, hash: 'f'.repeat(64) as never }
    await expect(bytesOf(engine.movie('drawing').blob(lost).stream())).rejects.toMatchObject({
      code: 'BLOB_MISSING',
    })
  })

  test('status: what is there, during a run as well', async () => {
    const started = gate()
    const release = gate()
    const hold = inline(async request => {
      if (request.indices.n === 1) {
        started.open()
        await release.opened
      }
      return { ...(await echo(request, {} as never)), costUsd: 0.25 }
    })
    const engine = await testEngine({ store: await newStore(kind), providers: { echo: hold } })
    const blueprint: BlueprintDefinition = {
      name: 'clips',
      loops: { n: { count: 2 } },
      producers: { Clip: { loop: 'n', provider: 'echo', with: { text: 'x' }, outputs: { Text: 'text' } } },
    }
    const run = engine.run({ blueprint, concurrency: 1 })
    await started.opened
    expect(await engine.movie('clips').status()).toMatchObject({
      revision: 0,
      artifacts: 1,
      jobs: { succeeded: 1, failed: 0, skipped: 0, submitted: 0 },
      openJobs: 1,
      costUsd: 0.25,
      writer: { holder: expect.stringContaining(`/${process.pid}/`), since: expect.any(String) },
    })
    expect((await engine.movie('clips').status()).lastRun).not.toHaveProperty('status')
    release.open()
    const { runId } = await run
    expect(await engine.movie('clips').status()).toEqual({
      movieId: 'clips',
      revision: 1,
      events: 8,
      artifacts: 2,
      goneArtifacts: 0,
      jobs: { submitted: 0, succeeded: 2, retrying: 0, failed: 0, skipped: 0 },
      openJobs: 0,
      toRegenerate: 0,
      services: [],
      lastRun: { runId, startedAt: expect.any(String), finishedAt: expect.any(String), status: 'succeeded' },
      costUsd: 0.5,
      costs: [{ producer: 'Clip', costUsd: 0.5 }],
      uncertainCostUsd: 0,
      writer: null,
      failureGroups: [],
      failures: [],
      pending: [],
      rejections: [],
      orphaned: [],
    })
  })

  test('status: what each producer has cost, over all runs', async () => {
    const paid = (costUsd: number) => inline(() => ({ outputs: { Text: 'made' }, costUsd }))
    const store = await newStore(kind)
    const engine = await testEngine({
      store,
      providers: { cheap: paid(0.1), dear: paid(0.5), echo: paid(0) },
    })
    const producer = (provider: string) => ({ loop: 'n', provider, outputs: { Text: 'text' } })
    const blueprint = {
      name: 'paid',
      loops: { n: { count: 3 } },
      producers: { Title: producer('cheap'), Film: producer('dear'), Note: producer('echo') },
    }
    await runAll(engine, { blueprint })
    expect(await engine.movie('paid').status()).toMatchObject({
      costUsd: 1.8,
      costs: [
        { producer: 'Film', costUsd: 1.5 },
        { producer: 'Title', costUsd: 0.3 },
      ],
    })
    await runAll(engine, { blueprint, regenerate: ['Title[1]'] })
    const { costUsd, costs } = await engine.movie('paid').status()
    expect([costUsd, costs[1]]).toEqual([1.9, { producer: 'Title', costUsd: 0.4 }])
  })

  test('a movie that is not there is an error, not an empty answer', async () => {
    const engine = await open()
    const questions = [
      () => engine.movie('nothing').status(),
      () => engine.movie('nothing').verify(),
      () => eventsOf(engine, 'nothing'),
      () => engine.movie('nothing').artifacts().next(),
    ]
    for (const ask of questions) await expect(ask()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
    expect(() => engine.movie('../x')).toThrowError(expect.objectContaining({ code: 'MOVIE_ID_INVALID' }))
  })
})

test('planning leaves no trace', async () => {
  const engine = await testEngine({ store: await newStore('file'), providers: { echo: inline(echo) } })
  await engine.plan({ blueprint: single })
  await expect(engine.movie('single').status()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
})
