import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type Engine, inline, type PageServer } from '../../dist/index.js'
import { newStore, testEngine } from '../support/engine-fixture.js'

/** What the page does to a movie is what the engine's own calls do. */

const blueprint = {
  name: 'changed',
  loops: { row: { count: 4 } },
  producers: {
    Word: {
      loop: 'row',
      provider: 'writer',
      with: { n: '${index.row}' },
      outputs: { Text: 'text', Data: 'json', Picture: 'image/png' },
      retry: { attempts: 1 },
    },
  },
} as const

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function served(): Promise<{ engine: Engine; page: PageServer; calls: string[] }> {
  const calls: string[] = []
  let isBroken = true
  const writer = inline(({ inputs }) => {
    calls.push(String(inputs.n))
    if (inputs.n === 3 && isBroken) {
      isBroken = false
      throw new Error('It is broken.')
    }
    return { outputs: { Text: 'a', Data: { a: 1 }, Picture: { bytes: PIXEL, mimeType: 'image/png' } } }
  })
  const engine = await testEngine({ store: await newStore('file'), providers: { writer } })
  await engine.run({ blueprint })
  const page = await engine.serve()
  calls.length = 0
  return { engine, page, calls }
}

async function act(
  { url, port }: PageServer,
  action: string,
  body: object | Buffer,
): Promise<{ status: number; data: Record<string, unknown> }> {
  const isBytes = Buffer.isBuffer(body)
  const response = await fetch(new URL(`/api/movies/changed/${action}`, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${new URL(url).searchParams.get('token')}`,
      origin: `http://127.0.0.1:${port}`,
      'content-type': isBytes ? 'application/octet-stream' : 'application/json',
    },
    body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
  })
  return { status: response.status, data: (await response.json()) as Record<string, unknown> }
}

async function hashOf(engine: Engine, id: string): Promise<string> {
  for await (const { hash } of engine.movie('changed').artifacts({ ids: [id] })) return hash
  throw new Error(`There is no ${id}.`)
}

test('pins, unpins and edits', async () => {
  const { engine, page } = await served()
  const overrides = async () => {
    const found: string[] = []
    for await (const { artifactId, override } of engine.movie('changed').artifacts())
      if (override) found.push(`${artifactId} ${override}`)
    return found
  }
  expect(await act(page, 'pin', { artifact: 'Word[0].Text' })).toMatchObject({ status: 200 })
  expect(await overrides()).toEqual(['Producer:Word[0].Text pinned'])
  await act(page, 'unpin', { artifact: 'Word[0].Text' })
  expect(await overrides()).toEqual([])
  const base = await hashOf(engine, 'Word[1].Text')
  expect(await act(page, 'edit', { artifact: 'Word[1].Text', base, value: 'b' })).toMatchObject({
    status: 200,
  })
  expect(await act(page, 'edit', { artifact: 'Word[1].Text', base, value: 'c' })).toMatchObject({
    status: 409,
    data: { error: { code: 'EDIT_CONFLICT' } },
  })
  await act(page, 'edit', { artifact: 'Word[2].Data', value: { a: [2] } })
  const picture = Buffer.concat([PIXEL, Buffer.from('more')])
  expect(await act(page, 'replace?artifact=Word[2].Picture', picture)).toMatchObject({ status: 200 })
  expect(await engine.movie(blueprint).output('Word', 1)).toMatchObject({ Text: 'b' })
  const changed = await engine.movie(blueprint).output('Word', 2)
  expect(changed).toMatchObject({ Data: { a: [2] } })
  expect(Buffer.from(await changed!.Picture!.bytes())).toEqual(picture)
})

test('a group of failures is made again by the next run, and nothing else', async () => {
  const { engine, page, calls } = await served()
  await act(page, 'pin', { artifact: 'Word[1].Text' })
  expect(await act(page, 'regenerate', { filter: { state: 'failed' } })).toMatchObject({
    status: 200,
    data: { jobCount: 1, pinned: 0 },
  })
  expect(await act(page, 'regenerate', { jobs: ['Word[1]'] })).toMatchObject({
    data: { jobCount: 1, pinned: 1 },
  })
  await engine.run({ blueprint })
  expect(calls.sort()).toEqual(['1', '3'])
})

test('what cannot be done is said', async () => {
  const { page } = await served()
  const cases = [
    ['pin', { artifact: 'Word[9].Text' }, 404, 'ARTIFACT_UNKNOWN'],
    ['pin', { artifact: 7 }, 400, 'USAGE_INVALID'],
    ['pin', {}, 400, 'USAGE_INVALID'],
    ['edit', { artifact: 'Word[0].Text', value: 5 }, 400, 'USAGE_INVALID'],
    ['edit', { artifact: 'Word[0].Text', value: 'x', more: 1 }, 400, 'USAGE_INVALID'],
    ['regenerate', { jobs: ['Nobody'] }, 404, 'JOB_UNKNOWN'],
    ['regenerate', { jobs: [] }, 400, 'USAGE_INVALID'],
    ['regenerate', { filter: { state: 'nowhere' } }, 400, 'USAGE_INVALID'],
  ] as const
  for (const [action, body, status, code] of cases)
    expect([action, body, await act(page, action, body)]).toMatchObject([
      action,
      body,
      { status, data: { error: { code } } },
    ])
})

test('while a run holds the movie, it says so, and who', async () => {
  const { engine, page } = await served()
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const waiting = inline(async (_, { signal }) => {
    await pause(600_000, undefined, { signal })
    return { outputs: { Text: '', Data: 1, Picture: { bytes: PIXEL, mimeType: 'image/png' } } }
  })
  const other = await testEngine({ store: engine.store, providers: { writer: waiting } })
  const run = other.run({ blueprint, regenerate: ['Word[0]'], signal: stop.signal })
  await new Promise<void>(resolve => void run.once('started', () => resolve()))
  expect(await act(page, 'pin', { artifact: 'Word[0].Text' })).toMatchObject({
    status: 409,
    data: { error: { code: 'MOVIE_BUSY', message: expect.stringContaining('changed') } },
  })
  stop.abort()
  await run
  expect(await act(page, 'pin', { artifact: 'Word[0].Text' })).toMatchObject({ status: 200 })
})
