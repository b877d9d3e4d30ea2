import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type BlueprintDefinition,
  inline,
  type ProduceFunction,
  ProviderError,
  type RunRequest,
} from '../../../dist/index.js'
import {
  Calls,
  clips,
  gate,
  newStore,
  runAll,
  STORES,
  testEngine,
  updatesOf,
  valuesIn,
} from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const picture = (text: string) => ({ bytes: Buffer.from(`picture of ${text}`), mimeType: 'image/png' })

/** Another result at every call. */
function maker(calls: Calls) {
  const make: ProduceFunction = ({ inputs }) => {
    const text = `${inputs.style} ${randomUUID()}`
    return { outputs: { Text: text, Image: picture(text) }, costUsd: 0.5, usage: { images: 1 } }
  }
  return calls.provider(make)
}

async function project(options: { cache?: string; store?: string } = {}) {
  const calls = new Calls()
  const cache = options.cache ?? (await newStore('file'))
  const engine = await testEngine({
    store: options.store ?? `memory:${randomUUID()}`,
    cache,
    providers: { p: maker(calls) },
  })
  const run = async (movieId: string, request: Partial<RunRequest> = {}) => {
    const running = engine.run({ blueprint: clips(1), movieId, ...request })
    const notes: string[] = []
    running.on('note', ({ note }) => notes.push(String(note)))
    const updates = updatesOf(running)
    const result = await running
    const values = await valuesIn(engine, movieId)
    return { result, values, notes, updates, calls: calls.take() }
  }
  return { engine, cache, run }
}

/** The files of a cache in a folder. */
async function filesOf(cache: string): Promise<string[]> {
  const folder = fileURLToPath(cache)
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  return names.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

const fileCache = async () => `file://${await temporaryFolder()}`

describe.each(STORES)('a cache in a %s store', kind => {
  test('gives another movie what a job with the same inputs made, for nothing', async () => {
    const { run, engine } = await project({ cache: await newStore(kind) })
    const first = await run('first')
    expect(first).toMatchObject({ calls: ['Clip[0]'], result: { reused: 0, costUsd: 0.5 } })
    const second = await run('second')
    expect(second).toMatchObject({ calls: [], values: first.values, result: { reused: 1, costUsd: 0 } })
    expect(second.updates.at(-1)).toMatchObject({ state: 'succeeded', reused: 'cache', costUsd: 0 })
    expect(await engine.movie('second').verify()).toMatchObject({ findings: [] })
    const other = await run('third', { inputs: { style: 'other' } })
    expect(other).toMatchObject({ calls: ['Clip[0]'], result: { reused: 0 } })
  })

  test('serves several engines at the same time, each with a whole result', async () => {
    const cache = await newStore(kind)
    const projects = await Promise.all(Array.from({ length: 3 }, () => project({ cache })))
    const made = await Promise.all(
      projects.map(({ run }) => run('movie', { blueprint: clips(20), concurrency: 20 })),
    )
    for (const { values, result } of made) {
      expect(result.status).toBe('succeeded')
      for (let n = 0; n < 20; n++)
        expect(values[`Clip[${n}].Image`]).toBe(picture(String(values[`Clip[${n}].Text`])).bytes.toString())
    }
    const { run } = await project({ cache })
    const late = await run('late', { blueprint: clips(20) })
    expect(late.calls).toEqual([])
    const known = made.map(({ values }) => values['Clip[7].Text'])
    expect(known).toContain(late.values['Clip[7].Text'])
  })
})

test.each(STORES.filter(kind => kind !== 'memory'))('threads use a cache in a %s store', async kind => {
  const cache = await newStore(kind)
  const blueprint: BlueprintDefinition = {
    name: 'threads',
    loops: { n: { count: 5 } },
    producers: {
      Clip: {
        loop: 'n',
        provider: 'simulate',
        with: { n: '${index.n}' },
        config: { costUsd: 1, outputBytes: 40_000 },
        outputs: { Text: 'text', Image: 'image/png' },
      },
    },
  }
  const first = await testEngine({ store: 'memory:', cache, threads: 2 })
  expect(await runAll(first, { blueprint })).toMatchObject({ reused: 0, costUsd: 5 })
  const second = await testEngine({ store: await newStore('file'), cache, threads: 2 })
  expect(await runAll(second, { blueprint })).toMatchObject({ reused: 5, costUsd: 0 })
  expect(await valuesIn(second, 'threads')).toEqual(await valuesIn(first, 'threads'))
})

test('a price is for calls: what the cache gave costs nothing, and no budget', async () => {
  const cache = await newStore('file')
  const made = { outputs: { Text: 'made', Image: picture('it') } }
  const providers = { p: inline(() => made, { priceUsd: { perCall: 1 } }) }
  const engine = await testEngine({ store: 'memory:', cache, providers })
  const request = { blueprint: clips(1), budgetUsd: { total: 1.5 } }
  expect(await runAll(engine, { ...request, movieId: 'first' })).toMatchObject({ costUsd: 1 })
  expect(await runAll(engine, { ...request, movieId: 'second' })).toMatchObject({ costUsd: 0, reused: 1 })
})

describe('variants', () => {
  const variants = (with_: Record<string, string>): BlueprintDefinition => ({
    name: 'variants',
    loops: { page: { count: 2 }, variant: { count: 3 } },
    producers: {
      Clip: {
        loop: ['page', 'variant'],
        provider: 'p',
        with: { style: 'plain', ...with_ },
        outputs: { Text: 'text', Image: 'image/png' },
      },
    },
  })
  const textsOf = (values: Record<string, unknown>) =>
    Object.keys(values).flatMap(id => (id.endsWith('.Text') ? [values[id]] : []))

  test('of the same inputs are different things, the same ones in every movie', async () => {
    const { run } = await project()
    const blueprint = variants({ page: '${index.page}' })
    const first = await run('first', { blueprint })
    expect(first.calls).toHaveLength(6)
    expect(new Set(textsOf(first.values)).size).toBe(6)
    const second = await run('second', { blueprint })
    expect(second).toMatchObject({ calls: [], values: first.values })
  })

  test('that read their index are told apart by it; nothing read, nothing shared', async () => {
    const { run } = await project()
    const first = await run('first', { blueprint: variants({ at: '${index.page} ${index.variant}' }) })
    const second = await run('second', { blueprint: variants({}) })
    expect(second.calls).toHaveLength(6)
    expect(new Set([...textsOf(first.values), ...textsOf(second.values)]).size).toBe(12)
  })
})

describe('the provider is called all the same', () => {
  test('for a job that is to be regenerated, and the cache has the new result from then on', async () => {
    const { run } = await project()
    const first = await run('first')
    const again = await run('first', { regenerate: ['Clip'] })
    expect(again.calls).toEqual(['Clip[0]'])
    expect(again.values).not.toEqual(first.values)
    expect(await run('second')).toMatchObject({ calls: [], values: again.values })
  })

  test('with reuse: false, which gives nothing away either', async () => {
    const { run, cache } = await project()
    const blueprint = clips(1)
    const own = { ...blueprint, producers: { Clip: { ...blueprint.producers.Clip!, reuse: false } } }
    await run('first', { blueprint: own })
    expect(await filesOf(cache)).toEqual([])
    await run('second')
    expect((await run('third', { blueprint: own })).calls).toEqual(['Clip[0]'])
  })

  test('for a job that its service has taken already', async () => {
    const cache = await fileCache()
    const { run } = await project({ cache })
    await run('first')
    const calls = new Calls()
    const submit = calls.provider(async (_, { checkpoint, resume }) => {
      if (resume !== undefined) return { outputs: { Text: 'its own', Image: picture('its own') } }
      await checkpoint({ id: 1 })
      throw new ProviderError('network', 'reset')
    })
    const blueprint = clips(1)
    const once = { ...blueprint.producers.Clip!, retry: { attempts: 1 } }
    const request = { blueprint: { ...blueprint, producers: { Clip: once } } }
    const store = await newStore('file')
    const before = await testEngine({ store, providers: { p: submit } })
    expect(await before.run(request)).toMatchObject({ status: 'failed' })
    const engine = await testEngine({ store, cache, providers: { p: submit } })
    expect(await runAll(engine, request)).toMatchObject({ reused: 0 })
    expect(calls.take()).toEqual(['Clip[0]', 'Clip[0]'])
    expect(await valuesIn(engine, 'movie')).toMatchObject({ 'Clip[0].Text': 'its own' })
  })

  test.each([
    ['no JSON', () => 'x'],
    ['another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['a value that was changed', (text: string) => text.replace('plain', 'plaim')],
    ['too few outputs', (text: string) => text.replace(/\{"output":"Image".*?\},/, '')],
    ['nothing', () => ''],
  ])('for an entry with %s, which is written again', async (_, spoil) => {
    const { run, cache } = await project()
    await run('first')
    const entry = (await filesOf(cache)).find(path => path.endsWith('.json'))!
    const text = await readFile(entry, 'utf8')
    const spoiled = spoil(text)
    expect(spoiled).not.toBe(text)
    await writeFile(entry, spoiled)
    const second = await run('second')
    expect(second).toMatchObject({ calls: ['Clip[0]'], notes: [], result: { status: 'succeeded' } })
    expect(await run('third')).toMatchObject({ calls: [], values: second.values })
  })

  test.each([
    ['missing', (path: string) => rm(path)],
    ['cut off', (path: string) => writeFile(path, 'pic')],
    [
      'changed',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('picture', 'pictura')),
    ],
  ])('for an entry whose blob is %s, which is stored again', async (_, spoil) => {
    const { run, cache, engine } = await project()
    await run('first')
    await spoil((await filesOf(cache)).find(path => path.includes('/blob-packs/'))!)
    const second = await run('second')
    expect(second).toMatchObject({ calls: ['Clip[0]'], notes: [] })
    expect(await run('third')).toMatchObject({ calls: [], values: second.values })
    expect(await engine.movie('third').verify()).toMatchObject({ findings: [] })
  })
})

test('a damaged blob is stored again when the same bytes are made again', async () => {
  const cache = await fileCache()
  const calls = new Calls()
  const same = calls.provider(() => ({ outputs: { Text: 'same', Image: picture('it') } }))
  const engine = await testEngine({ store: 'memory:', cache, providers: { p: same } })
  const run = (movieId: string) => runAll(engine, { blueprint: clips(1), movieId })
  await run('first')
  const blob = (await filesOf(cache)).find(path => path.includes('/blob-packs/'))!
  await writeFile(blob, (await readFile(blob, 'utf8')).replace('picture', 'pictura'))
  expect(await run('second')).toMatchObject({ reused: 0 })
  expect(await run('third')).toMatchObject({ reused: 1 })
})

describe('a cache that fails costs no job', () => {
  test('when it cannot be read or written', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const { run } = await project({ cache: `file:${join(folder, 'file')}` })
    const made = await run('movie', { blueprint: clips(5) })
    expect(made).toMatchObject({ calls: { length: 5 }, result: { status: 'succeeded', reused: 0 } })
    expect(made.notes).toEqual([expect.stringMatching(/^warn: The cache is not used for 30 s: .*ENOTDIR/)])
  })

  test('when nobody answers at its address', { timeout: 60_000 }, async () => {
    const cache = 's3://cache/x?endpoint=http%3A%2F%2F127.0.0.1%3A9&forcePathStyle=true'
    const { run } = await project({ cache })
    const made = await run('movie', { blueprint: clips(5) })
    expect(made).toMatchObject({ calls: { length: 5 }, result: { status: 'succeeded' } })
    expect(made.notes).not.toEqual([])
  })

  describe('when it is silent', () => {
    async function silentCache() {
      const connected = gate()
      const sockets: Socket[] = []
      const server = createServer(socket => {
        sockets.push(socket)
        connected.open()
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      })
      const endpoint = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      return { connected, cache: `s3://cache/x?endpoint=${endpoint}&forcePathStyle=true` }
    }

    test('the provider still has its time', async () => {
      const { run } = await project({ cache: (await silentCache()).cache })
      const blueprint = clips(1)
      const brief = { ...blueprint.producers.Clip!, timeout: '1s', retry: { attempts: 1 } }
      const made = await run('movie', { blueprint: { ...blueprint, producers: { Clip: brief } } })
      expect(made).toMatchObject({ calls: ['Clip[0]'], result: { status: 'succeeded' } })
      expect(made.notes).toEqual([expect.stringContaining('no answer within 250 ms')])
    })

    test('a cancel does not wait for it', async () => {
      const { connected, cache } = await silentCache()
      const { engine } = await project({ cache })
      const running = engine.run({ blueprint: clips(1), movieId: 'movie' })
      const notes: string[] = []
      running.on('note', ({ note }) => notes.push(String(note)))
      await connected.opened
      running.cancel()
      expect(await running).toMatchObject({ status: 'cancelled' })
      // The look had not been given up by itself.
      expect(notes).toEqual([])
    })
  })

  test('and a URL that names no store is refused when the engine opens', async () => {
    await expect(testEngine({ cache: 'ftp://x' })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
  })
})
