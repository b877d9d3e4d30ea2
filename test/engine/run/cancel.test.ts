import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, ProviderError } from '../../../dist/index.js'
import {
  Calls,
  echo,
  gate,
  newStore,
  runAll,
  STORES,
  single,
  testEngine,
} from '../../support/engine-fixture.js'

const clips: BlueprintDefinition = {
  name: 'clips',
  loops: { n: { count: 20 } },
  producers: {
    Clip: { loop: 'n', provider: 'p', outputs: { Text: 'text' } },
    All: { provider: 'list', with: { texts: '${Clip[*].Text}' }, outputs: { Texts: 'json' } },
  },
}
const list = inline(({ inputs }) => ({ outputs: { Texts: inputs.texts as string[] } }))

/** A provider whose third job, when it is reached, tells so and waits for its abort. */
function waitingProvider(calls: Calls) {
  const reached = gate()
  let isWaiting = true
  const provider = calls.provider(async ({ indices }, { signal }) => {
    if (isWaiting && indices.n === 2) {
      reached.open()
      await sleep(60_000, undefined, { signal })
    }
    return { outputs: { Text: `clip ${indices.n}` } }
  })
  return { provider, reached: reached.opened, waitNoMore: () => (isWaiting = false) }
}

describe.each(STORES)('cancelling (%s)', kind => {
  test('aborts what runs, starts nothing more, records it, and running again makes the rest', async () => {
    const calls = new Calls()
    const { provider, reached, waitNoMore } = waitingProvider(calls)
    const engine = await testEngine({ store: await newStore(kind), providers: { p: provider, list } })
    const stop = new AbortController()
    const run = engine.run({ blueprint: clips, concurrency: 1, signal: stop.signal })
    await reached
    stop.abort()
    const result = await run
    expect(result).toMatchObject({ status: 'cancelled', revision: 1, counts: { succeeded: 2, failed: 0 } })
    expect(calls.take()).toEqual(['Clip[0]', 'Clip[1]', 'Clip[2]'])
    const { lastRun, failures } = await engine.movie('clips').status()
    expect(lastRun).toMatchObject({ runId: result.runId, status: 'cancelled' })
    expect(failures).toMatchObject([{ jobId: 'Producer:Clip[2]', error: { code: 'cancelled' } }])
    expect(await engine.movie('clips').verify()).toMatchObject({ isClean: true })
    waitNoMore()
    expect(await runAll(engine, { blueprint: clips })).toMatchObject({
      revision: 2,
      counts: { succeeded: 19, cached: 2 },
    })
    expect(calls.take().sort()).toEqual(Array.from({ length: 18 }, (_, n) => `Clip[${n + 2}]`).sort())
  })

  test('a run whose signal was aborted before it began makes nothing', async () => {
    const calls = new Calls()
    const engine = await testEngine({
      store: await newStore(kind),
      providers: { echo: calls.provider(echo) },
    })
    const run = engine.run({ blueprint: single, signal: AbortSignal.abort() })
    expect(await run).toMatchObject({ status: 'cancelled', counts: { succeeded: 0 } })
    expect(calls.take()).toEqual([])
  })

  test('closing the engine cancels its runs, waits for them, and refuses new ones', async () => {
    const calls = new Calls()
    const { provider, reached, waitNoMore } = waitingProvider(calls)
    const store = await newStore(kind)
    const engine = await testEngine({ store, providers: { p: provider, list } })
    const run = engine.run({ blueprint: clips, concurrency: 1 })
    await reached
    const closing = engine.close()
    expect(await run).toMatchObject({ status: 'cancelled', counts: { succeeded: 2 } })
    await closing
    await engine.close()
    await expect(engine.run({ blueprint: clips })).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await expect(engine.plan({ blueprint: clips })).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await expect(engine.movie('clips').status()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    waitNoMore()
    const other = await testEngine({ store, providers: { p: provider, list } })
    expect(await runAll(other, { blueprint: clips })).toMatchObject({ counts: { succeeded: 19, cached: 2 } })
  })
})

test('ends the waiting for another run of the movie', async () => {
  const started = gate()
  const calls = new Calls()
  const endless = calls.provider((_, { signal }) => {
    started.open()
    return sleep(60_000, { outputs: { Text: '' } }, { signal })
  })
  const engine = await testEngine({ store: 'memory:', providers: { echo: endless } })
  const holder = engine.run({ blueprint: single })
  await started.opened
  const waiting = engine.run({ blueprint: single, waitMs: 3_600_000 })
  waiting.cancel()
  await expect(waiting).rejects.toMatchObject({ code: 'MOVIE_BUSY' })
  holder.cancel()
  expect(await holder).toMatchObject({ status: 'cancelled' })
  expect(calls.take()).toEqual(['Clip'])
})

test('a result that comes in spite of the abort has been paid for and counts', async () => {
  const started = gate()
  const stubborn = inline(
    (_, { signal }) =>
      new Promise(resolve => {
        signal.addEventListener('abort', () => resolve({ outputs: { Text: 'made after all' } }))
        started.open()
      }),
  )
  const engine = await testEngine({ store: 'memory:', providers: { echo: stubborn } })
  const run = engine.run({ blueprint: single })
  await started.opened
  run.cancel()
  run.cancel()
  // Everything was made, so the run was not cut short by its cancellation.
  expect(await run).toMatchObject({ status: 'succeeded', counts: { succeeded: 1 } })
})

test('a job that waits to be tried again gives up at once', async () => {
  const failed = gate()
  const busy = inline(() => {
    throw new ProviderError('rate_limited', '429', { retryAfterMs: 600_000 })
  })
  const engine = await testEngine({ store: 'memory:', providers: { echo: busy } })
  const run = engine.run({ blueprint: single })
  run.on('job', ({ state }) => state === 'retrying' && failed.open())
  await failed.opened
  run.cancel()
  expect(await run).toMatchObject({ status: 'cancelled', counts: { succeeded: 0, failed: 0 } })
})

test('a provider that ignores the abort is left behind after the grace', async () => {
  const started = gate()
  const deaf = inline(() => {
    started.open()
    return new Promise<never>(() => {})
  })
  const engine = await testEngine({ store: 'memory:', abortGraceMs: 30, providers: { echo: deaf } })
  const run = engine.run({ blueprint: single })
  await started.opened
  run.cancel()
  expect(await run).toMatchObject({ status: 'cancelled' })
})
