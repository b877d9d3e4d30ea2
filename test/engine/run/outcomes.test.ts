import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  inline,
  ProviderError,
  type RunRequest,
  ShowrunnerError,
} from '../../../dist/index.js'
import {
  Calls,
  echo,
  newStore,
  runAll,
  STORES,
  single,
  stepsOf,
  testEngine,
  updatesOf,
  valuesIn,
} from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const misbehaving = {
  module: fileURLToPath(new URL('../../support/providers/misbehaving.mjs', import.meta.url)),
}

function clips(count: number, producer: object = {}): BlueprintDefinition {
  return {
    name: 'clips',
    loops: { n: { count } },
    producers: {
      Clip: { loop: 'n', provider: 'p', outputs: { Text: 'text' }, retry: { baseDelay: '1ms' }, ...producer },
    },
  }
}

const made = { outputs: { Text: 'made' } }

describe('attempts', () => {
  test('go on until one succeeds, as often as the blueprint says, and each is logged', async () => {
    const attempts: number[] = []
    const flaky = inline(({ attempt }) => {
      attempts.push(attempt)
      if (attempt < 3) throw new ProviderError('overloaded', `attempt ${attempt}`)
      return { ...made, costUsd: 0.5 }
    })
    const engine = await testEngine({ store: 'memory:', providers: { p: flaky } })
    const run = engine.run({ blueprint: clips(1, { retry: { attempts: 3, baseDelay: '1ms' } }) })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({ status: 'succeeded', costUsd: 0.5, counts: { succeeded: 1 } })
    expect(attempts).toEqual([1, 2, 3])
    const retries = ['started', 'retrying', 'started', 'retrying', 'started', 'succeeded']
    expect(stepsOf(updates)).toEqual(retries.map(state => `${state} Clip[0]`))
    const failed = []
    for await (const { event } of engine.movie('clips').events())
      if (event.type === 'job.failed') failed.push(event)
    expect(failed).toMatchObject([
      { attempt: 1, willRetry: true },
      { attempt: 2, willRetry: true },
    ])
  })

  test('end with the last error when they are used up, and are counted on in the next run', async () => {
    const keys = new Set<string>()
    const busy = inline(({ attempt }, { idempotencyKey }) => {
      keys.add(idempotencyKey)
      throw new ProviderError('overloaded', `attempt ${attempt}`)
    })
    const engine = await testEngine({ store: 'memory:', providers: { p: busy } })
    const blueprint = clips(1, { retry: { attempts: 2, baseDelay: '1ms' } })
    for (const last of [2, 4]) {
      const run = engine.run({ blueprint })
      const updates = updatesOf(run)
      expect(await run).toMatchObject({ status: 'failed', counts: { failed: 1 } })
      expect(updates.at(-1)).toMatchObject({
        state: 'failed',
        attempt: last,
        error: { code: 'overloaded', message: `attempt ${last}` },
      })
    }
    expect(keys.size).toBe(1)
  })

  test('take a provider by its word when it says how long to wait', async () => {
    const startedAt: number[] = []
    const limited = inline(({ attempt }) => {
      startedAt.push(performance.now())
      if (attempt === 1) throw new ProviderError('rate_limited', '429', { retryAfterMs: 40 })
      return made
    })
    const engine = await testEngine({ store: 'memory:', providers: { p: limited } })
    await runAll(engine, { blueprint: clips(1) })
    // Timers may fire a millisecond early, never more.
    expect(startedAt[1]! - startedAt[0]!).toBeGreaterThanOrEqual(39)
  })

  test('end at their timeout, also when the provider does not listen', async () => {
    const engine = await testEngine({
      store: 'memory:',
      abortGraceMs: 20,
      providers: { p: inline(() => new Promise<never>(() => {})) },
    })
    const run = engine.run({ blueprint: clips(1, { timeout: '20ms', retry: { attempts: 1 } }) })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({ status: 'failed' })
    expect(updates.at(-1)).toMatchObject({ error: { code: 'timeout' } })
  })
})

test('one failed job does not keep the others from being made', async () => {
  const provider = inline(({ indices }) => {
    if (indices.n === 3) throw new ProviderError('content', 'refused')
    return made
  })
  const engine = await testEngine({ store: 'memory:', providers: { p: provider } })
  expect(await engine.run({ blueprint: clips(10) })).toMatchObject({
    status: 'failed',
    counts: { succeeded: 9, failed: 1, skipped: 0 },
  })
  expect((await engine.movie('clips').status()).failures).toEqual([
    { jobId: 'Producer:Clip[3]', error: { code: 'content', message: 'refused' } },
  ])
})

test('failFast starts nothing after the first failure, keeps what was made and can be continued', async () => {
  let isBroken = true
  const calls = new Calls()
  const provider = calls.provider(({ indices }) => {
    if (isBroken && indices.n === 3) throw new ProviderError('content', 'refused')
    return made
  })
  const engine = await testEngine({ store: 'memory:', providers: { p: provider } })
  const request = { blueprint: clips(100), concurrency: 1, failFast: true }
  expect(await engine.run(request)).toMatchObject({
    status: 'stopped',
    counts: { succeeded: 3, failed: 1 },
  })
  expect(calls.take()).toEqual(['Clip[0]', 'Clip[1]', 'Clip[2]', 'Clip[3]'])
  isBroken = false
  expect(await runAll(engine, request)).toMatchObject({ counts: { succeeded: 97, cached: 3 } })
  expect(calls.take()).toHaveLength(97)
})

describe.each(STORES)('a provider that does not keep its contract (%s)', kind => {
  const blueprint = (act: string): BlueprintDefinition => ({
    name: 'bad',
    producers: {
      Clip: {
        provider: 'misbehaving',
        with: { act },
        outputs: { Text: 'text', Image: 'image/png' },
        retry: { attempts: 3, baseDelay: '1ms' },
      },
      After: { provider: 'echo', with: { text: '${Clip.Text}' }, outputs: { Text: 'text' } },
    },
  })

  test.each([
    ['nothing', 'bug', 'returned nothing'],
    ['no outputs', 'bug', 'outputs'],
    ['missing output', 'bug', 'Output "Image"'],
    ['extra output', 'bug', 'Evil/../Name'],
    ['wrong type', 'bug', 'Output "Text" must be a string, but the provider returned the number 42'],
    ['a page for a picture', 'bug', 'text/html'],
    ['invented blob', 'bug', 'not in the movie'],
    ['too large', 'too_large', '67108865 bytes'],
    ['thrown string', 'bug', 'just a string'],
  ])('%s: a failed job that says so, and nothing half-written', async (act, code, text) => {
    const store = await newStore(kind)
    const engine = await testEngine({ store, providers: { misbehaving, echo: inline(echo) } })
    const run = engine.run({ blueprint: blueprint(act) })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({
      status: 'failed',
      counts: { succeeded: 0, failed: 1, skipped: 1 },
    })
    // Such an error is not tried again: it would only be paid again.
    expect(stepsOf(updates)).toEqual(['started Clip', 'failed Clip', 'skipped After'])
    expect(updates[1]).toMatchObject({ error: { code, message: expect.stringContaining(text) } })
    expect(await valuesIn(engine, 'bad')).toEqual({})
    if (kind === 'file') expect(existsSync(`${store.slice('file:'.length)}/bad/blobs`)).toBe(false)
    expect(await engine.movie('bad').verify()).toMatchObject({ isClean: true, checked: { blobs: 0 } })
    await runAll(engine, { blueprint: blueprint('good') })
    expect(await valuesIn(engine, 'bad')).toMatchObject({ 'After.Text': 'made' })
  })
})

describe('what cannot be run is refused before anything is written', () => {
  test.each([
    ['an unknown provider', { blueprint: clips(1, { provider: 'nobody' }) }, 'PROVIDER_UNKNOWN'],
    ['a movie id that leaves the store', { blueprint: single, movieId: '../elsewhere' }, 'MOVIE_ID_INVALID'],
    ['an input that does not exist', { blueprint: single, inputs: { txt: 'fox' } }, 'INPUT_INVALID'],
    ['an input of the wrong type', { blueprint: single, inputs: { text: 3 } }, 'INPUT_INVALID'],
    ['a blueprint that is not there', { blueprint: '/nowhere/book.yaml' }, 'BLUEPRINT_UNREADABLE'],
    ['an unknown job to regenerate', { blueprint: single, regenerate: ['Klip'] }, 'JOB_UNKNOWN'],
    ['no concurrency at all', { blueprint: single, concurrency: 0 }, 'USAGE_INVALID'],
    ['half a job at a time', { blueprint: single, concurrency: 0.5 }, 'USAGE_INVALID'],
    ['no layers', { blueprint: single, upToLayer: 0 }, 'USAGE_INVALID'],
    ['an unknown schedule', { blueprint: single, schedule: 'random' as 'layers' }, 'USAGE_INVALID'],
  ])('%s', async (_what, request, code) => {
    const folder = await temporaryFolder()
    const engine = await testEngine({
      store: `file:${folder}/movies`,
      providers: { echo: inline(echo), p: inline(echo) },
    })
    await expect(engine.run(request as RunRequest)).rejects.toMatchObject({ code })
    expect(existsSync(`${folder}/movies`)).toBe(false)
  })
})

test('a provider that may never run is refused when the engine opens', async () => {
  const providers = { echo: inline(echo, { limits: { concurrency: 0 } }) }
  await expect(testEngine({ store: 'memory:', providers })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test('an error in a provider does not pay again for what was submitted; to regenerate it does', async () => {
  const store = await newStore('file')
  const resumed: unknown[] = []
  let fault: 'code' | 'kill' | undefined = 'code'
  let submissions = 0
  const p = inline(async (_, { resume, checkpoint }) => {
    resumed.push(resume)
    if (resume === undefined) await checkpoint({ id: ++submissions })
    if (fault === 'code') throw new TypeError('answer.films is undefined')
    if (fault === 'kill') throw new ProviderError('network', 'cut off')
    return made
  })
  const engine = await testEngine({ store, providers: { p } })
  const failing = clips(1, { retry: { attempts: 1 } })
  const again = async (regenerate?: string[]) => {
    const { status } = await engine.run({ blueprint: failing, regenerate })
    return status
  }
  expect([await again(), await again()]).toEqual(['failed', 'failed'])
  expect(resumed).toEqual([undefined, { id: 1 }])
  fault = 'kill'
  expect(await again(['Clip'])).toBe('failed')
  fault = undefined
  expect(await again(['Clip'])).toBe('succeeded')
  expect(resumed.slice(2)).toEqual([undefined, { id: 2 }])
})

test('what a service has made is not paid for again because the store had no room for it', async () => {
  const resumed: unknown[] = []
  let isFull = true
  const p = inline(async (_, { resume, checkpoint }) => {
    resumed.push(resume)
    if (resume === undefined) await checkpoint({ id: 'film' })
    if (isFull) throw new ShowrunnerError('STORE_FULL', 'No space left on device.')
    return made
  })
  const engine = await testEngine({ store: 'memory:', providers: { p } })
  await expect(runAll(engine, { blueprint: clips(1) })).rejects.toMatchObject({ code: 'STORE_FULL' })
  isFull = false
  await runAll(engine, { blueprint: clips(1) })
  expect(resumed).toEqual([undefined, { id: 'film' }])
})
