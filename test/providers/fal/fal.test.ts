import { expect, test } from 'vitest'
import type { JobAssignment, JobTemplate } from '../../../src/model/job.js'
import type { InputValue } from '../../../src/model/provider/provider.js'
import fal from '../../../src/providers/fal/fal.js'
import { codeOf } from '../../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { FalServer } from '../../support/servers/fal-server.js'
import { type Answer, LOST } from '../../support/servers/loopback-server.js'
import { DELIVERED } from '../../support/servers/replicate-server.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const SUBMIT = /^POST \/queue\//
const STATUS = /\/status$/
const RESULT = /^GET \/queue\/.*\/requests\/\w+$/
const MEDIA = /^GET \/media\//

async function service() {
  const falServer = await FalServer.start()
  const { server, requests } = falServer
  const blobs = new MemoryBlobs()
  const make = async (
    { config = {}, ...template }: Partial<JobTemplate> = {},
    job: Partial<JobAssignment> = {},
  ) => {
    const run = await runProvider(
      fal,
      {
        model: 'acme/films/fast',
        outputs: { Image: { type: 'image/png' } },
        ...template,
        config: { ...falServer.config, ...config },
      },
      { inputs: { prompt: 'waves' }, ...job },
      { blobs },
    )
    const error = run.outcome.state === 'failed' ? run.outcome.error : undefined
    return { ...run, code: codeOf(run.outcome), message: error?.message }
  }
  return { falServer, server, requests, blobs, make }
}

test('a request goes through the queue, and its file comes without the key', async () => {
  const { requests, blobs, make } = await service()
  const { outcome, inbox } = await make({ config: { input: { steps: 4 } } })
  // Its server says nothing about the type; the result does.
  expect(valuesOf(outcome)).toMatchObject({
    Image: { mimeType: 'image/png', sizeBytes: DELIVERED.byteLength },
  })
  expect([...blobs.bytes.values()]).toEqual([DELIVERED])
  expect(outcome).toMatchObject({ usage: { seconds: 2.5 } })
  expect(requests.jobs.get('job1')?.input).toEqual({ prompt: 'waves', steps: 4 })
  expect(inbox.messages).toContainEqual(
    expect.objectContaining({ checkpoint: { service: 'fal', id: 'job1', endedCount: 0 } }),
  )
})

test.each([
  [
    'a video',
    { Film: { type: 'video/*' } },
    (url: string) => ({ video: { url, content_type: 'video/mp4' } }),
    {},
    'video/mp4',
  ],
  [
    'a picture by a path',
    { Mask: { type: 'image/*' } },
    (url: string) => ({ a: [{ m: { url } }] }),
    { Mask: 'a[0].m' },
    'image/png',
  ],
  [
    'its own name first',
    { Depth: { type: 'image/png' } },
    (url: string) => ({ depth: { url }, image: 'x' }),
    {},
    'image/png',
  ],
])('%s is found', async (_, outputs, output, paths, mimeType) => {
  const { falServer, make } = await service()
  falServer.output = (_input, url) => output(url)
  const { outcome } = await make({ outputs, config: { outputs: paths } })
  expect(Object.values(valuesOf(outcome))).toEqual([expect.objectContaining({ mimeType })])
})

test('texts and JSON are found', async () => {
  const { falServer, make } = await service()
  falServer.output = () => ({ output: 'a caption', score: 0.5 })
  const outputs = { Caption: { type: 'text' }, Score: { type: 'number' }, All: { type: 'json' } }
  expect(valuesOf((await make({ outputs })).outcome)).toEqual({
    Caption: 'a caption',
    Score: 0.5,
    All: { output: 'a caption', score: 0.5 },
  })
})

test('small blobs go as data URLs, large ones are uploaded', async () => {
  const { falServer, requests, blobs, make } = await service()
  const small = await blobs.put(Buffer.from('small'), 'image/png')
  const large = await blobs.put(Buffer.alloc(300 * 1024, 'x'), 'image/png')
  await make({}, { inputs: { image_url: small, more: [large] } as unknown as Record<string, InputValue> })
  expect(requests.jobs.get('job1')?.input).toEqual({
    image_url: `data:image/png;base64,${Buffer.from('small').toString('base64')}`,
    more: ['https://files.example/file1'],
  })
  expect(falServer.uploads).toEqual([Buffer.alloc(300 * 1024, 'x')])
})

test.each([
  ['refused', { status: 429, headers: { 'retry-after': '7' } }, 'rate_limited'],
  ['answered by a 503', { status: 503 }, 'overloaded'],
  [
    'of a wrong input',
    { status: 422, body: { detail: [{ type: 'missing', msg: 'Field required' }] } },
    'invalid',
  ],
  ['of a bad prompt', { status: 422, body: { detail: [{ type: 'content_policy_violation' }] } }, 'content'],
  ['lost', LOST, 'network'],
  ['whose answer breaks off', { body: { request_id: 'job1' }, cutAfterBytes: 4 }, 'network'],
])('a submission %s is sent once, whatever the library would do', async (_, answer, code) => {
  const { server, requests, make } = await service()
  server.doAndFail(SUBMIT, answer)
  const result = await make()
  expect([result.code, server.count(SUBMIT), requests.charges]).toEqual([code, 1, 1])
})

test.each([
  ['statuses', STATUS, { status: 429, headers: { 'retry-after-ms': '1' } }],
  ['statuses', STATUS, { status: 500 }],
  ['statuses', STATUS, LOST],
  ['results', RESULT, { status: 502 }],
  ['results', RESULT, { status: 500, body: { detail: 'Internal Server Error' } }],
  ['results', RESULT, { body: { images: [] }, cutAfterBytes: 4 }],
  ['files', MEDIA, { status: 500 }],
  ['files', MEDIA, { body: DELIVERED, cutAfterBytes: 20_000 }],
])('%s that fail are repeated: %#', async (_, call, answer) => {
  const { server, requests, blobs, make } = await service()
  server.fail(call, answer, 3)
  expect((await make()).code).toBe('succeeded')
  expect([server.count(SUBMIT), requests.charges]).toEqual([1, 1])
  expect([...blobs.bytes.values()].at(-1)).toEqual(DELIVERED)
})

test.each<[string, Answer, string]>([
  [
    'content',
    { status: 422, body: { detail: [{ type: 'content_policy_violation', msg: 'flagged' }] } },
    'content',
  ],
  ['a wrong input', { status: 422, body: { detail: [{ type: 'value_error', msg: 'too long' }] } }, 'invalid'],
  ['a machine', { status: 503, body: { detail: 'gone', error_type: 'runner_disconnected' } }, 'overloaded'],
  [
    'an error of the model',
    { status: 500, body: { detail: [{ type: 'internal_server_error' }] } },
    'overloaded',
  ],
])('a request that failed for %s is over', async (_, answer, code) => {
  const { falServer, requests, make } = await service()
  requests.nextError = 'it fails'
  falServer.failure = answer
  const { code: got, inbox } = await make()
  expect(got).toBe(code)
  expect(inbox.messages).toContainEqual(
    expect.objectContaining({ checkpoint: { service: 'fal', id: null, endedCount: 1 } }),
  )
})

test.each([
  ['that still runs is waited for', 0, () => {}],
  [
    'that was cancelled is made again',
    1,
    (at: Awaited<ReturnType<typeof service>>) => void at.requests.cancel('job1'),
  ],
  [
    'that is not known is made again',
    1,
    (at: Awaited<ReturnType<typeof service>>) => void at.requests.jobs.clear(),
  ],
])('after a restart a request %s', async (_, submissions, change) => {
  const at = await service()
  at.requests.submit({})
  change(at)
  expect((await at.make({}, { resume: { service: 'fal', id: 'job1', endedCount: 0 } })).code).toBe(
    'succeeded',
  )
  expect(at.server.count(SUBMIT)).toBe(submissions)
})

test('a user who cancels cancels the request', async () => {
  const { falServer, server, requests } = await service()
  requests.questionsOf = () => Number.POSITIVE_INFINITY
  let cancel = () => {}
  const running = runProvider(
    fal,
    { model: 'acme/films/fast', outputs: { Image: { type: 'image/png' } }, config: falServer.config },
    { inputs: {} },
    {
      onStart: runner => {
        cancel = () => runner.cancel([{ job: 0, attempt: 1 }], 'cancelled')
      },
    },
  )
  await server.seen(STATUS, 2)
  cancel()
  expect(codeOf((await running).outcome)).toBe('cancelled')
  expect(requests.jobs.get('job1')?.state).toBe('cancelled')
})

test('mistakes are named before anything is paid for', async () => {
  const { server, make } = await service()
  const failure = async (template: Partial<JobTemplate>) => {
    const { code, message } = await make(template)
    return `${code}: ${message}`
  }
  expect(await failure({ model: 'films' })).toMatch(/^invalid: .*fal-ai\/flux\/dev.*"films"/)
  expect(await failure({ config: { outputs: { Imag: 'a' } } })).toMatch(/^invalid: .*Imag .*Image/)
  expect(await failure({ config: { key: 'another key' } })).toMatch(/^auth: HTTP 401/)
  expect(server.count(STATUS)).toBe(0)
})
