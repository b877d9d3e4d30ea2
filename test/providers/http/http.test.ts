import { expect, test } from 'vitest'
import type { JobTemplate } from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { OutputRequest } from '../../../src/model/provider/provider.js'
import { valuesOf } from '../../support/jobs/provider-run.js'
import { api } from '../../support/servers/http-api.js'
import { HttpServer } from '../../support/servers/http-server.js'
import { type Answer, LOST } from '../../support/servers/loopback-server.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const TEXT = { Text: { type: 'text' } }
const sent = ({ exchanges: [exchange] }: HttpServer) => exchange!

test.each([
  ['/v1/{{id}}/make', '..'],
  ['/v1/{{id}}', '.'],
  ['/v1/.{{id}}/make', '.'],
  ['/v1/%2E{{id}}', '.'],
  ['/v1/{{{id}}}', '../admin'],
  ['/v1/{{{id}}}/x', 'a/%2e%2E'],
  ['/v1/{{{id}}}', '..\\admin'],
])('a value does not climb: %s with %j', async (path, id) => {
  const { server, make } = await api({ body: 'never' })
  const { code } = await make({ config: { url: `${server.url}${path}` }, outputs: TEXT, inputs: { id } })
  expect(code).toBe('invalid')
  expect(server.exchanges).toEqual([])
})

test('dots that do not climb stay in the address', async () => {
  const { server, make } = await api({ body: 'yes' })
  const url = `${server.url}/v1/{{id}}/{{id}}.json?q={{id}}`
  await make({ config: { url }, outputs: TEXT, inputs: { id: 'a..b' } })
  await make({ config: { url: `${server.url}/{{id}}.json?q={{id}}` }, outputs: TEXT, inputs: { id: '..' } })
  expect(server.exchanges.map(({ path, query }) => [path, query.get('q')])).toEqual([
    ['/v1/a..b/a..b.json', 'a..b'],
    ['/...json', '..'],
  ])
})

test('url, query, headers and body are templates; the key goes along', async () => {
  const { server, make } = await api({
    body: { choices: [{ text: 'Hello' }], usage: { in: 3, out: 5 }, usd: 0.25 },
  })
  const { outcome } = await make({
    config: {
      url: `${server.url}/v1/{{kind}}`,
      auth: { bearer: 'a-secret-key' },
      query: { seed: '{{seed}}' },
      headers: { 'X-Kind': '{{kind}}' },
      body: { prompt: 'Say {{word}}', seed: '{{seed}}', tags: '{{tags}}', stream: false },
      outputs: { Text: 'choices[0].text' },
      usage: { inputTokens: 'usage.in', outputTokens: 'usage.out', images: 'usage.none' },
      costUsd: 'usd',
      idempotencyHeader: 'Idempotency-Key',
    },
    outputs: TEXT,
    inputs: { kind: 'a/b', word: '"hi"', seed: 7, tags: ['x'] },
  })
  expect(valuesOf(outcome)).toEqual({ Text: 'Hello' })
  expect(outcome).toMatchObject({ usage: { inputTokens: 3, outputTokens: 5 }, costUsd: 0.25 })
  const { call, query, headers, body } = sent(server)
  // A value is no part of the path.
  expect([call, query.get('seed'), headers['x-kind']]).toEqual(['POST /v1/a%2Fb', '7', 'a/b'])
  expect([headers.authorization, headers['content-type']]).toEqual([
    'Bearer a-secret-key',
    'application/json',
  ])
  expect(headers['idempotency-key']).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.parse(body.toString())).toEqual({ prompt: 'Say "hi"', seed: 7, tags: ['x'], stream: false })
})

const PNG = Buffer.from('\x89PNG picture', 'latin1')

test('a blob in a body is a data URL, base64, or the text it holds', async () => {
  const { server, make } = await api({ body: 'ok' })
  const blobs = new MemoryBlobs()
  const inputs = {
    image: await blobs.put(PNG, 'image/png'),
    note: await blobs.put(Buffer.from('hi'), 'text/plain'),
  }
  const body = { all: ['{{image}}', '{{note}}'] }
  await make({ config: { body }, outputs: TEXT, inputs, blobs })
  await make({ config: { body, blobs: 'base64' }, outputs: TEXT, inputs, blobs })
  const base64 = PNG.toString('base64')
  expect(server.exchanges.map(exchange => JSON.parse(exchange.body.toString()))).toEqual([
    { all: [`data:image/png;base64,${base64}`, 'hi'] },
    { all: [base64, 'hi'] },
  ])
})

test('a form has files and fields', async () => {
  const { server, make } = await api({ body: 'ok' })
  const blobs = new MemoryBlobs()
  const image = await blobs.put(PNG, 'image/png')
  const form = { model: 'small', prompt: 'On {{word}}', image: '{{images}}' }
  await make({ config: { form }, outputs: TEXT, inputs: { word: 'rain', images: [image, image] }, blobs })
  const { headers, body } = sent(server)
  const parsed = await new Response(body, {
    headers: { 'content-type': headers['content-type']! },
  }).formData()
  const files = parsed.getAll('image') as File[]
  expect([parsed.get('model'), parsed.get('prompt')]).toEqual(['small', 'On rain'])
  expect(files.map(({ name, type }) => [name, type])).toEqual(Array(2).fill(['image.png', 'image/png']))
  expect(Buffer.from(await files[0]!.arrayBuffer())).toEqual(PNG)
})

test('a raw body is the bytes of a blob, or a text', async () => {
  const { server, make } = await api({ body: 'ok' })
  const blobs = new MemoryBlobs()
  const audio = await blobs.put(PNG, 'audio/wav')
  await make({
    config: { raw: '{{audio}}', auth: { header: 'X-Key', value: 'kkkk' } },
    outputs: TEXT,
    inputs: { audio },
    blobs,
  })
  await make({ config: { raw: 'Say {{word}}' }, outputs: TEXT, inputs: { word: 'hi' } })
  expect(server.exchanges.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
    ['audio/wav', PNG],
    ['text/plain; charset=utf-8', Buffer.from('Say hi')],
  ])
  expect(sent(server).headers['x-key']).toBe('kkkk')
})

test.each<[string, OutputRequest, Answer, unknown]>([
  ['a text', { type: 'text' }, { body: 'plain' }, 'plain'],
  ['JSON', { type: 'json' }, { body: { a: [1] } }, { a: [1] }],
  ['a number', { type: 'number' }, { body: '4.5' }, 4.5],
  [
    'a picture',
    { type: 'image/*' },
    { body: PNG, headers: { 'content-type': 'image/webp' } },
    { mimeType: 'image/webp' },
  ],
  ['bytes of the type asked for', { type: 'audio/mpeg' }, { body: PNG }, { mimeType: 'audio/mpeg' }],
])('the whole body can be %s', async (_, output, answer, expected) => {
  const { make } = await api(answer)
  const { outcome } = await make({ config: { method: 'GET' }, outputs: { Out: output } })
  const { Out } = valuesOf(outcome)
  if (output.type.includes('/')) expect(Out).toMatchObject(expected as object)
  else expect(Out).toEqual(expected)
})

test.each<[string, string | object, OutputRequest, JsonValue, unknown]>([
  [
    'a nested value',
    'a.b[1]["odd key"]',
    { type: 'json' },
    { a: { b: [0, { 'odd key': { c: 1 } }] } },
    { c: 1 },
  ],
  ['a list', 'data[*].n', { type: 'number', count: 2 }, { data: [{ n: 1 }, { n: 2 }] }, [1, 2]],
  [
    'base64',
    { path: 'b', as: 'base64' },
    { type: 'image/png' },
    { b: PNG.toString('base64') },
    { mimeType: 'image/png', sizeBytes: PNG.byteLength },
  ],
  [
    'a data URL',
    'b',
    { type: 'image/*' },
    { b: `data:image/gif;base64,${PNG.toString('base64')}` },
    { mimeType: 'image/gif' },
  ],
  ['a text of a text type', 'b', { type: 'text/html' }, { b: '<p>' }, { mimeType: 'text/html' }],
])('%s is taken from its path', async (_, source, output, body, expected) => {
  const { make } = await api({ body: body as object })
  const { outcome } = await make({ config: { outputs: { Out: source } }, outputs: { Out: output } })
  const { Out } = valuesOf(outcome)
  if (output.type.includes('/')) expect(Out).toMatchObject(expected as object)
  else expect(Out).toEqual(expected)
})

test('a file at another origin is downloaded without the key; one at the same origin with it', async () => {
  const files = await HttpServer.start(() => ({ body: PNG, headers: { 'content-type': 'image/png' } }))
  const { server, make } = await api(({ call }, url) => {
    if (call === 'GET /moved.png') return { status: 302, headers: { location: `${files.url}/moved.png` } }
    if (call !== 'POST /make') return { body: PNG, headers: { 'content-type': 'image/png' } }
    return { body: { data: [`${url}/own.png`, `${files.url}/other.png`, `${url}/moved.png`] } }
  })
  const { outcome } = await make({
    config: { auth: { header: 'x-key', value: 'a-secret-key' }, outputs: { Images: 'data' } },
    outputs: { Images: { type: 'image/png', count: 3 } },
  })
  expect(valuesOf(outcome).Images).toHaveLength(3)
  const keys = (at: HttpServer) => at.exchanges.map(({ call, headers }) => [call, headers['x-key']])
  expect(keys(server)).toEqual([
    ['POST /make', 'a-secret-key'],
    ['GET /own.png', 'a-secret-key'],
    ['GET /moved.png', 'a-secret-key'],
  ])
  expect(keys(files)).toEqual([
    ['GET /other.png', undefined],
    ['GET /moved.png', undefined],
  ])
})

test('addresses in an answer may be relative to that of the request, and have white space around them', async () => {
  const { server, make } = await api(({ call }, url) => {
    if (call !== 'POST /make') return { body: PNG, headers: { 'content-type': 'image/png' } }
    const { host } = new URL(url)
    return { body: { data: ['/1.png', `//${host}/2.png`, { url: '../3.png' }, ` ${url}/4.png\n`] } }
  })
  const { outcome } = await make({
    config: { outputs: { Images: 'data' } },
    outputs: { Images: { type: 'image/png', count: 4 } },
  })
  expect(valuesOf(outcome).Images).toHaveLength(4)
  expect(server.exchanges.slice(1).map(({ call }) => call)).toEqual(
    [1, 2, 3, 4].map(number => `GET /${number}.png`),
  )
})

test('a name and a password in an address are sent as basic authentication, to its origin alone', async () => {
  const other = await HttpServer.start(() => ({ body: PNG, headers: { 'content-type': 'image/png' } }))
  const { server, make } = await api(({ call }) =>
    call === 'POST /make'
      ? { body: { url: '/1.png' } }
      : { status: 302, headers: { location: `${other.url}/2.png` } },
  )
  const { outcome } = await make({
    config: { url: `${server.url.replace('://', '://ann:p%40ss@')}/make`, outputs: { Image: 'url' } },
    outputs: { Image: { type: 'image/png' } },
  })
  expect(outcome.state).toBe('succeeded')
  const authorization = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`
  expect(server.exchanges.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization])
  expect(other.exchanges.map(({ headers }) => headers.authorization)).toEqual([undefined])
})

test('an answer that names a file is paid for once, however long the download takes', async () => {
  const { server, make } = await api(({ call }, url) =>
    call === 'POST /make'
      ? { body: { url: `${url}/1.png` } }
      : { body: PNG, headers: { 'content-type': 'image/png' } },
  )
  const making = { config: { outputs: { Image: 'url' } }, outputs: { Image: { type: 'image/png' } } }
  server.fail(/^GET/, { status: 410 }, 1)
  const stopped = await make({ ...making, timeoutMs: 300 })
  const [checkpoint] = stopped.checkpoints
  expect([stopped.code, checkpoint]).toEqual([
    'timeout',
    expect.objectContaining({ answer: { url: expect.any(String) } }),
  ])
  expect((await make({ ...making, resume: checkpoint! })).code).toBe('succeeded')
  expect(server.count(/^POST/)).toBe(1)
})

test('an answer on record whose file is refused does not hold its job: the service is asked again, by a new key', async () => {
  const { server, make } = await api(({ call }, url) =>
    call === 'POST /make' ? { body: { url: `${url}/new.png` } } : { body: PNG },
  )
  server.fail(/old\.png$/, { status: 403 }, 100)
  const making = {
    config: { outputs: { Image: 'url' }, idempotencyHeader: 'X-Key' },
    outputs: { Image: { type: 'image/png' } },
  }
  const record = { service: server.url, answer: { url: `${server.url}/old.png` } }
  const { code, checkpoints, inbox } = await make({ ...making, resume: record })
  expect([code, server.count(/POST/)]).toEqual(['succeeded', 1])
  expect(checkpoints[0]).toEqual({ service: server.url, endedCount: 1 })
  expect(inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.log', level: 'warn' }))
  const key = server.exchanges.find(({ method }) => method === 'POST')!.headers['x-key']
  expect(key).toMatch(/-1$/)
})

test('an answer on record without what was asked for does not hold its job either', async () => {
  const { server, make } = await api({ body: { url: 'data:image/png;base64,iVBORw0KGgo=' } })
  const making = { config: { outputs: { Image: 'url' } }, outputs: { Image: { type: 'image/png' } } }
  server.fail(/^POST/, { status: 200, body: '{"nothing":1}' }, 1)
  const failed = await make(making)
  expect([failed.code, server.exchanges.length]).toEqual(['bug', 1])
  const { code } = await make({ ...making, resume: failed.checkpoints.at(-1)! })
  expect([code, server.exchanges.length]).toEqual(['succeeded', 2])
})

test.each([
  ['POST', 'network'],
  ['GET', 'overloaded'],
])('a picture of 0 bytes in the answer to %s is %s', async (method, code) => {
  const { server, make } = await api({ body: '', headers: { 'content-type': 'image/png' } })
  const made = await make({ config: { method }, outputs: { Out: { type: 'image/*' } } })
  expect([made.code, server.exchanges.length]).toEqual([code, 1])
})

test.each([
  ['base64 of a wildcard type', { path: 'b', as: 'base64' }, 'image/*'],
  ['base64 that nobody announced', 'b', 'image/png'],
])('%s is known by its bytes', async (_, source, type) => {
  const { make } = await api({
    body: { b: Buffer.from('\xff\xd8\xff\xe0 picture', 'latin1').toString('base64') },
  })
  const { outcome } = await make({ config: { outputs: { Out: source } }, outputs: { Out: { type } } })
  expect(valuesOf(outcome).Out).toMatchObject({ mimeType: 'image/jpeg' })
})

test('a type that is no type is no reason to lose the bytes', async () => {
  const { make } = await api({ body: PNG, headers: { 'content-type': 'jpg' } })
  const { outcome } = await make({ config: {}, outputs: { Out: { type: 'image/png' } } })
  expect(valuesOf(outcome).Out).toMatchObject({ mimeType: 'image/png' })
})

test.each<[Answer, object]>([
  [
    { status: 429, headers: { 'retry-after-ms': '70' } },
    { code: 'rate_limited', retryAfterMs: 70 },
  ],
  [{ status: 401 }, { code: 'auth' }],
  [{ status: 500 }, { code: 'overloaded' }],
  [{ status: 400, body: 'Blocked by SAFETY' }, { code: 'content' }],
  [{ status: 400, body: 'no prompt' }, { code: 'invalid' }],
  [{ status: 409 }, { code: 'overloaded' }],
  [{ body: { error: 'try later' } }, { code: 'rate_limited' }],
  [{ status: 307, headers: { location: '/elsewhere' } }, { code: 'invalid' }],
  [LOST, { code: 'network' }],
  [{ body: { text: 'x' }, cutAfterBytes: 3 }, { code: 'network' }],
  [{ body: 'no JSON' }, { code: 'bug' }],
  [{ body: { other: 1 } }, { code: 'bug', message: expect.stringContaining('"Text"') }],
])('%j is %j', async (answer, error) => {
  const { server, make } = await api(answer)
  const errors = [
    { status: 400, contains: 'safety', code: 'content' },
    { status: 409, code: 'overloaded' },
    { status: 200, contains: 'try later', code: 'rate_limited' },
  ]
  const { outcome } = await make({ config: { errors, outputs: { Text: 'text' } }, outputs: TEXT })
  expect(outcome).toMatchObject({ state: 'failed', error })
  // What may have been paid for is not sent again.
  expect(server.exchanges).toHaveLength(1)
})

test('an error does not quote the key', async () => {
  const { make } = await api({ status: 400, body: 'your key sk-abcdef1234567890 is odd' })
  const { message } = await make({ config: { auth: { bearer: 'sk-abcdef1234567890' } }, outputs: TEXT })
  expect(message).toMatch(/^HTTP 400/)
  expect(message).not.toContain('sk-abcdef')
})

test('limits that a response tells of reach the engine', async () => {
  const { make } = await api({ body: 'ok', headers: { 'x-ratelimit-limit-requests': '60' } })
  const { inbox } = await make({ config: {}, outputs: TEXT })
  expect(inbox.settledOf(0)[0]?.limits).toEqual({ requests: { limit: 60 } })
})

test('the result of a job can be at an address of its own', async () => {
  const { server, make } = await api(({ call }) => {
    if (call === 'POST /make') return { body: { id: 5 } }
    if (call === 'GET /jobs/5') return { body: { video: { ready: true } } }
    return call === 'GET /jobs/5/file'
      ? { body: PNG, headers: { 'content-type': 'video/mp4' } }
      : { status: 500 }
  })
  const { outcome } = await make({
    config: {
      poll: {
        id: 'id',
        url: `${server.url}/jobs/{{id}}`,
        everyMs: 1,
        done: { path: 'video.ready' },
        result: `${server.url}/jobs/{{id}}/file`,
      },
    },
    outputs: { Film: { type: 'video/mp4' } },
  })
  expect(valuesOf(outcome)).toMatchObject({ Film: { mimeType: 'video/mp4', sizeBytes: PNG.byteLength } })
})

test('mistakes are invalid, name their place and cost nothing', async () => {
  const { server, make } = await api({ body: 'ok' })
  const failure = async (config: object, outputs: JobTemplate['outputs'] = TEXT) => {
    const { code, message } = await make({ config, outputs })
    return `${code}: ${message}`
  }
  const poll = { id: 'id', url: 'http://x/{{id}}', done: { path: 'ok' } }
  expect(await failure({ url: 'ftp://x' })).toMatch(/^invalid: config\.url must be an http/)
  expect(await failure({ url: '{{host}}/x' })).toMatch(/^invalid: config\.url must be an http/)
  expect(await failure({ outputs: { Text: 'a[' } })).toMatch(/^invalid: .*config\.outputs\.Text/)
  expect(await failure({ outputs: { Tekst: 'a' } })).toMatch(/^invalid: .*Tekst.*Text/)
  expect(await failure({}, { A: { type: 'text' }, B: { type: 'text' } })).toMatch(
    /^invalid: .*"A".*config\.outputs/,
  )
  expect(await failure({ body: 1, raw: 'x' })).toMatch(/^invalid: .*one of them/)
  expect(await failure({ method: 'GET', raw: 'x' })).toMatch(/^invalid: .*GET/)
  expect(await failure({ poll })).toMatch(/^invalid: .*poll.*config\.outputs/)
  expect(await failure({ cancel: { url: 'x' } })).toMatch(/^invalid: .*cancel needs poll/)
  expect(await failure({ headers: { 'bad header': 'x' } })).toMatch(/^invalid: /)
  expect(server.exchanges).toEqual([])
})

const JSON_TYPE = { 'content-type': 'application/json' }

test('an id of a job that JavaScript cannot count to is asked for as it was given', async () => {
  const { server, make } = await api(({ method }) =>
    method === 'POST'
      ? { headers: JSON_TYPE, body: '{"id": 1234567890123456789}' }
      : { headers: JSON_TYPE, body: '{"state": "done", "id": 1234567890123456789, "text": "ok"}' },
  )
  const { outcome } = await make({
    config: {
      poll: { id: 'id', url: `${server.url}/jobs/{{id}}`, everyMs: 1, done: { path: 'state', is: 'done' } },
      outputs: { Text: 'text', All: '$' },
    },
    outputs: { ...TEXT, All: { type: 'json' } },
  })
  expect(server.count(/GET \/jobs\/1234567890123456789$/)).toBe(1)
  expect(valuesOf(outcome)).toMatchObject({ Text: 'ok', All: { id: '1234567890123456789' } })
})

test.each([
  [
    { choices: [{ finish_reason: 'error', message: { content: 'A piece' } }], usage: { out: 3 } },
    'overloaded',
  ],
  [
    { choices: [{ finish_reason: 'stop', error: { code: 502 }, message: { content: 'A piece' } }] },
    'overloaded',
  ],
  [
    { candidates: [{ finishReason: 'MALFORMED_RESPONSE' }], choices: [{ message: { content: 'x' } }] },
    'overloaded',
  ],
  [{ choices: [{ finish_reason: 'content_filter', message: { content: 'A piece' } }] }, 'content'],
  [
    { choices: [{ message: { content: 'All' } }, { finish_reason: 'content_filter', message: {} }] },
    'succeeded',
  ],
  [{ choices: [{ finish_reason: 'stop', error: null, message: { content: 'All' } }] }, 'succeeded'],
  [{ status: 'error', finish_reason: 7, choices: [{ message: { content: 'All' } }] }, 'succeeded'],
])('an answer of a model that broke off is no result, and tried again: %j is %s', async (body, code) => {
  const { make } = await api({ body })
  const config = { outputs: { Text: 'choices[0].message.content' }, usage: { outputTokens: 'usage.out' } }
  const made = await make({ config, outputs: TEXT })
  expect(made.code).toBe(code)
  if (code === 'overloaded') expect(made.outcome).toMatchObject({ answer: JSON.stringify(body) })
  const whole = await make({ config: {}, outputs: { Out: { type: 'json' } } })
  expect(whole.code).toBe(code)
  // It is not put on record as the answer either.
  expect(made.checkpoints).toEqual([])
  if ('usage' in body) expect(made.outcome).toMatchObject({ usage: { outputTokens: 3 } })
})

const LATIN1 = { 'content-type': 'application/json; charset=ISO-8859-1' }

test.each<[string, Answer]>([
  ['a byte order mark', { headers: JSON_TYPE, body: '\ufeff{"text": "Füchse"}' }],
  ['ISO-8859-1', { headers: LATIN1, body: Buffer.from('{"text": "Füchse"}', 'latin1') }],
  ['UTF-16', { headers: JSON_TYPE, body: Buffer.from('\ufeff{"text": "Füchse"}', 'utf16le') }],
])('an answer in %s is read the same by a path, by a rule and as a whole', async (_, answer) => {
  const { make } = await api(answer)
  const byPath = await make({ config: { outputs: { Text: 'text' } }, outputs: TEXT })
  expect(valuesOf(byPath.outcome)).toEqual({ Text: 'Füchse' })
  const whole = await make({ config: {}, outputs: { Out: { type: 'json' } } })
  expect(valuesOf(whole.outcome)).toEqual({ Out: { text: 'Füchse' } })
  const asText = await make({ config: {}, outputs: TEXT })
  expect(valuesOf(asText.outcome)).toEqual({ Text: '{"text": "Füchse"}' })
  const rules = [{ status: 200, contains: 'hühner', code: 'content' }]
  const judged = await make({ config: { errors: rules, outputs: { Text: 'text' } }, outputs: TEXT })
  expect(valuesOf(judged.outcome)).toEqual({ Text: 'Füchse' })
  const refused = {
    config: { errors: [{ status: 200, contains: 'füchse', code: 'content' }] },
    outputs: TEXT,
  }
  expect((await make(refused)).code).toBe('content')
})

test.each([
  ['by a path', { outputs: { Text: 'text' } }],
  ['as a whole', {}],
])('bytes that are no text are refused %s, not changed', async (_, config) => {
  const { make } = await api({ headers: JSON_TYPE, body: Buffer.from('{"text": "F\xfcchse"}', 'latin1') })
  expect((await make({ config, outputs: TEXT })).code).toBe('bug')
})

test('a rule for the body of a success leaves the bytes of others as they are', async () => {
  const bytes = Buffer.from('\x89PNG\r\n\x1a\n\xff\xfe\x80', 'latin1')
  const { make } = await api({ body: bytes, headers: { 'content-type': 'image/png' } })
  const errors = [{ status: 200, contains: 'try later', code: 'overloaded' }]
  const { blobs } = await make({ config: { errors }, outputs: { Out: { type: 'image/png' } } })
  expect([...blobs.bytes.values()]).toEqual([bytes])
})

test('a text blob of another encoding is sent as the text it is', async () => {
  const { server, make } = await api({ body: 'ok' })
  const blobs = new MemoryBlobs()
  const note = await blobs.put(Buffer.from('Füchse', 'latin1'), 'text/plain; charset=iso-8859-1')
  await make({ config: { body: { note: '{{note}}' } }, outputs: TEXT, inputs: { note }, blobs })
  expect(JSON.parse(sent(server).body.toString())).toEqual({ note: 'Füchse' })
  const wrong = await blobs.put(Buffer.from('Füchse', 'latin1'), 'text/plain')
  expect(
    (await make({ config: { body: { note: '{{n}}' } }, outputs: TEXT, inputs: { n: wrong }, blobs })).code,
  ).toBe('invalid')
})

test('a number output that would lose digits is refused; a text has them all', async () => {
  const { make } = await api({ headers: JSON_TYPE, body: '{"n": 1234567890123456789}' })
  const config = { outputs: { N: 'n' } }
  expect((await make({ config, outputs: { N: { type: 'number' } } })).code).toBe('bug')
  const { outcome } = await make({ config, outputs: { N: { type: 'text' } } })
  expect(valuesOf(outcome)).toEqual({ N: '1234567890123456789' })
})

test.each<[Answer, object, OutputRequest, string]>([
  [{ body: { other: 'x' } }, { outputs: { Out: 'text' } }, { type: 'text' }, '{"other":"x"}'],
  [{ body: 'not a number' }, {}, { type: 'number' }, 'not a number'],
  [{ body: 'no JSON' }, {}, { type: 'json' }, 'no JSON'],
  [{ body: 'no JSON' }, { outputs: { Out: 'text' } }, { type: 'text' }, 'no JSON'],
])('an answer that does not fit is kept with the failure: %j', async (answer, config, output, kept) => {
  const { make } = await api(answer)
  const { outcome } = await make({ config, outputs: { Out: output } })
  expect(outcome).toMatchObject({ error: { code: 'bug' }, answer: kept })
})

test('an error under status 200 means what it says, is not on record, and the next answer counts', async () => {
  const { server, make } = await api({ body: { url: 'data:image/png;base64,iVBORw0KGgo=' } })
  const busy = { error: { message: 'Provider returned error', code: 429 } }
  server.fail(/^POST/, { status: 200, body: JSON.stringify(busy) }, 1)
  const making = { config: { outputs: { Image: 'url' } }, outputs: { Image: { type: 'image/png' } } }
  const refused = await make(making)
  expect([refused.code, refused.checkpoints]).toEqual(['rate_limited', []])
  expect((await make(making)).outcome.state).toBe('succeeded')
})

test('an answer without what was asked for has been paid for: its usage and cost go with the error', async () => {
  const body = { used: { in: 7, out: 9 }, price: 0.25, status: 'failed' }
  const { make } = await api({ body })
  const config = {
    outputs: { Text: 'text' },
    usage: { inputTokens: 'used.in', outputTokens: 'used.out' },
    costUsd: 'price',
  }
  const account = { usage: { inputTokens: 7, outputTokens: 9 }, costUsd: 0.25 }
  const { outcome } = await make({ config, outputs: TEXT })
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'bug' }, ...account })
})
