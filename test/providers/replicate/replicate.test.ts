import { expect, test } from 'vitest'
import type { JobAssignment, JobTemplate } from '../../../src/model/job.js'
import type { InputValue } from '../../../src/model/provider/provider.js'
import replicate from '../../../src/providers/replicate/replicate.js'
import { codeOf } from '../../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { LOST } from '../../support/servers/loopback-server.js'
import { DELIVERED, REPLICATE_TOKEN, ReplicateServer } from '../../support/servers/replicate-server.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const SUBMIT = /^POST .*\/predictions$/
const POLL = /^GET .*\/predictions\/\w+$/
const DELIVERY = /^GET \/delivery\//
const FILM = { Film: { type: 'video/mp4' } }

async function service() {
  const replicateServer = await ReplicateServer.start()
  const { server, predictions } = replicateServer
  const blobs = new MemoryBlobs()
  const make = async (
    { config = {}, ...template }: Partial<JobTemplate> = {},
    job: Partial<JobAssignment> = {},
  ) => {
    const run = await runProvider(
      replicate,
      {
        model: 'acme/films',
        outputs: FILM,
        ...template,
        config: { apiToken: REPLICATE_TOKEN, baseUrl: replicateServer.baseUrl, pollMs: 1, ...config },
      },
      { inputs: { prompt: 'waves' }, ...job },
      { blobs },
    )
    const error = run.outcome.state === 'failed' ? run.outcome.error : undefined
    return { ...run, code: codeOf(run.outcome), message: error?.message }
  }
  return { replicateServer, server, predictions, blobs, make }
}

test('a prediction is created without waiting, its file is delivered without the key', async () => {
  const { server, predictions, blobs, make } = await service()
  const { outcome, inbox } = await make({ config: { input: { prompt: 'replaced', fps: 24 } } })
  expect(valuesOf(outcome)).toMatchObject({
    Film: { mimeType: 'video/mp4', sizeBytes: DELIVERED.byteLength },
  })
  expect([...blobs.bytes.values()]).toEqual([DELIVERED])
  expect(outcome).toMatchObject({ usage: { seconds: 1.5 } })
  expect(predictions.jobs.get('job1')?.input).toEqual({ prompt: 'waves', fps: 24 })
  const submission = server.exchanges.find(({ call }) => SUBMIT.test(call))!
  expect([submission.call, submission.headers.prefer]).toEqual([
    'POST /v1/models/acme/films/predictions',
    undefined,
  ])
  expect(inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.progress', fraction: 0.5 }))
  expect(inbox.messages).toContainEqual(
    expect.objectContaining({ checkpoint: { service: 'replicate', id: 'job1', endedCount: 0 } }),
  )
})

test('a version is asked for by itself', async () => {
  const { server, make } = await service()
  await make({ model: 'acme/films:abc123' })
  const { call, body } = server.exchanges.find(({ call }) => SUBMIT.test(call))!
  expect([call, JSON.parse(body.toString()).version]).toEqual(['POST /v1/predictions', 'abc123'])
})

test.each([
  ['text in pieces', { Text: { type: 'text' } }, ['Once ', 'upon'], { Text: 'Once upon' }, {}],
  ['JSON', { Facts: { type: 'json' } }, { a: [1] }, { Facts: { a: [1] } }, {}],
  ['a number', { Score: { type: 'number' } }, 0.5, { Score: 0.5 }, {}],
  [
    'parts by their names',
    { Text: { type: 'text' }, Score: { type: 'number' } },
    { text: 'a', score: 1 },
    { Text: 'a', Score: 1 },
    {},
  ],
  ['parts by paths', { Text: { type: 'text' } }, { all: [{ t: 'x' }] }, { Text: 'x' }, { Text: 'all[0].t' }],
  ['a list', { Words: { type: 'text', count: 2 } }, ['a', 'b'], { Words: ['a', 'b'] }, {}],
] as const)('%s', async (_, outputs, output, expected, paths) => {
  const { replicateServer, make } = await service()
  replicateServer.output = () => output
  const { outcome } = await make({ outputs, config: { outputs: paths } })
  expect(valuesOf(outcome)).toEqual(expected)
})

test('several files become a list, or the first one with a warning', async () => {
  const { replicateServer, make } = await service()
  replicateServer.output = (_, url) => [url, url]
  const list = valuesOf((await make({ outputs: { Films: { type: 'video/*', count: 2 } } })).outcome)
  expect(list.Films).toHaveLength(2)
  const { outcome, inbox } = await make()
  expect(valuesOf(outcome)).toMatchObject({ Film: { mimeType: 'video/mp4' } })
  expect(inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.log', level: 'warn' }))
})

test('small blobs go as data URLs, large ones are uploaded', async () => {
  const { replicateServer, predictions, blobs, make } = await service()
  const small = await blobs.put(Buffer.from('small'), 'image/png')
  const large = await blobs.put(Buffer.alloc(300 * 1024, 'x'), 'image/png')
  await make({}, { inputs: { image: small, more: [large] } as unknown as Record<string, InputValue> })
  expect(predictions.jobs.get('job1')?.input).toEqual({
    image: `data:image/png;base64,${Buffer.from('small').toString('base64')}`,
    more: [expect.stringMatching(/\/v1\/files\/f1$/)],
  })
  expect(replicateServer.files[0]!.body.includes(Buffer.alloc(300 * 1024, 'x'))).toBe(true)
})

test.each([
  [
    'refused',
    { status: 429, body: { detail: 'throttled' }, headers: { 'retry-after': '7' } },
    'rate_limited',
  ],
  ['answered by a 500', { status: 500 }, 'overloaded'],
  ['without credit', { status: 402, body: { detail: 'credit' } }, 'auth'],
  ['of a wrong input', { status: 422, body: { detail: 'prompt is required' } }, 'invalid'],
  ['lost', LOST, 'network'],
  ['whose answer breaks off', { body: { id: 'job1' }, cutAfterBytes: 4 }, 'network'],
])('a submission %s is sent once, whatever the library would do', async (_, answer, code) => {
  const { server, predictions, make } = await service()
  server.doAndFail(SUBMIT, answer)
  const result = await make()
  expect([result.code, server.count(SUBMIT), predictions.charges]).toEqual([code, 1, 1])
})

test.each([
  ['polls', POLL, { status: 429, headers: { 'retry-after-ms': '1' } }],
  ['polls', POLL, { status: 502 }],
  ['polls', POLL, LOST],
  ['polls', POLL, { body: { id: 'job1' }, cutAfterBytes: 4 }],
  ['deliveries', DELIVERY, { status: 500 }],
  ['deliveries', DELIVERY, { body: DELIVERED, cutAfterBytes: 20_000 }],
])('%s that fail are repeated: %#', async (_, call, answer) => {
  const { server, predictions, blobs, make } = await service()
  server.fail(call, answer, 3)
  expect((await make()).code).toBe('succeeded')
  expect([server.count(SUBMIT), predictions.charges]).toEqual([1, 1])
  expect([...blobs.bytes.values()].at(-1)).toEqual(DELIVERED)
})

test.each([
  ['NSFW content detected. Try running it again.', 'content'],
  ['Service is temporarily unavailable (E003)', 'overloaded'],
  ['Prediction interrupted; please retry (code: PA)', 'overloaded'],
  ['list index out of range', 'bug'],
])('a prediction that failed with "%s" is %s', async (words, code) => {
  const { predictions, make } = await service()
  predictions.nextError = words
  const { code: got, message, inbox } = await make()
  expect([got, message]).toEqual([code, expect.stringContaining(words)])
  expect(inbox.messages).toContainEqual(
    expect.objectContaining({ checkpoint: { service: 'replicate', id: null, endedCount: 1 } }),
  )
})

test('after a restart a prediction that still runs is waited for', async () => {
  const { server, predictions, make } = await service()
  predictions.submit({})
  expect((await make({}, { resume: { service: 'replicate', id: 'job1', endedCount: 0 } })).code).toBe(
    'succeeded',
  )
  expect([server.count(SUBMIT), predictions.charges]).toEqual([0, 1])
})

test.each([
  ['that was cancelled', (at: Awaited<ReturnType<typeof service>>) => void at.predictions.cancel('job1')],
  ['that is not known', (at: Awaited<ReturnType<typeof service>>) => void at.predictions.jobs.delete('job1')],
])('after a restart a prediction %s is made again', async (_, change) => {
  const at = await service()
  at.predictions.submit({})
  change(at)
  expect((await at.make({}, { resume: { service: 'replicate', id: 'job1', endedCount: 0 } })).code).toBe(
    'succeeded',
  )
  expect(at.server.count(SUBMIT)).toBe(1)
})

test('mistakes are named before anything is paid for', async () => {
  const { server, make } = await service()
  const failure = async (template: Partial<JobTemplate>) => {
    const { code, message } = await make(template)
    return `${code}: ${message}`
  }
  expect(await failure({ model: 'films' })).toMatch(/^invalid: .*owner\/name.*"films"/)
  expect(await failure({ config: { outputs: { Flim: 'a' } } })).toMatch(/^invalid: .*Flim.*Film/)
  expect(await failure({ config: { outputs: { Film: 'a..b' } } })).toMatch(
    /^invalid: .*config\.outputs\.Film/,
  )
  expect(await failure({ config: { token: 'x' } })).toMatch(/^invalid: .*token/)
  expect(await failure({ config: { apiToken: 'another key' } })).toMatch(/^auth: HTTP 401/)
  expect(server.count(POLL)).toBe(0)
})
