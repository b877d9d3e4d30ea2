import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { solidPng } from '../../../src/providers/simulate/png.js'
import { valuesOf } from '../../support/jobs/provider-run.js'
import { api } from '../../support/servers/http-api.js'
import type { Answer } from '../../support/servers/loopback-server.js'

const TEXT = { Text: { type: 'text' } }

/** What stands between a service and its caller answers like this, with a status of success. */
const LOST_ON_THE_WAY: readonly (readonly [string, string])[] = [
  ['', 'application/json'],
  [' \r\n', 'application/json'],
  ['<!DOCTYPE html><html><body>Log in to the network</body></html>', 'text/html'],
  ['<html>', 'application/json'],
  ['<?xml version="1.0"?>\n<Error><Code>SlowDown</Code></Error>', 'application/xml'],
  ['{"text": "The beginn', 'application/json'],
  ['{"text": "a \\" b", "list": [1, {"c": "}"}', 'application/json'],
  ['upstream request timeout', 'text/plain'],
  ['502 Bad Gateway', 'text/plain'],
]

test.each(LOST_ON_THE_WAY)(
  '%j in place of JSON was lost on the way, and is asked for again',
  async (body, type) => {
    const { server, make } = await api(({ method }) =>
      method === 'POST' ? { body: { id: 7, text: 'ok' } } : { body: { state: 'done', text: 'ok' } },
    )
    const lost = { status: 200, headers: { 'content-type': type }, body }
    const done = { path: 'state', is: 'done' }
    const poll = { id: 'id', url: `${server.url}/jobs/{{id}}`, everyMs: 1, done }
    const result = { ...poll, result: `${server.url}/results/{{id}}` }
    for (const [config, outputs] of [
      [{ outputs: { Text: 'text' } }, TEXT],
      [{}, { Out: { type: 'json' } }],
      [{ outputs: { Text: 'text' }, poll }, TEXT],
    ] as const) {
      server.fail(/^POST/, lost, 1)
      const made = await make({ config, outputs })
      // Once in an attempt: it may have been paid for.
      expect([made.code, made.checkpoints]).toEqual(['network', []])
      expect((await make({ config, outputs })).outcome.state).toBe('succeeded')
    }
    server.fail(/GET \/(jobs|results)/, lost, 2)
    const asked = await make({ config: { outputs: { Text: 'text' }, poll: result }, outputs: TEXT })
    expect(asked.outcome.state).toBe('succeeded')
  },
)

test.each([
  ['OK', 'bug'],
  ['<?xml version="1.0"?><answer/>', 'bug'],
  ['{"text": "a"} and more', 'bug'],
])('%j in place of JSON is what the service says', async (body, code) => {
  const { make } = await api({ body })
  expect((await make({ config: { outputs: { Text: 'text' } }, outputs: TEXT })).code).toBe(code)
})

test.each([
  ['', 'network'],
  ['<html><body>Log in</body></html>', 'network'],
  ['{"error": {"code": 429, "message": "slow down"}}', 'rate_limited'],
  ['{"url": "https://example.com/1.png"}', 'bug'],
  [`{"b64": "${'A'.repeat(2_000)}"}`, 'bug'],
])('%j in place of a picture is %s', async (body, code) => {
  const { make } = await api({ body })
  const made = await make({ config: {}, outputs: { Out: { type: 'image/png' } } })
  expect(made.code).toBe(code)
  if (code === 'bug') expect(made.outcome).toMatchObject({ answer: body.slice(0, 1_024) })
})

test.each([
  [{ errors: [{ message: 'busy', code: 503 }] }, 'overloaded'],
  [{ errors: ['Too many requests'] }, 'rate_limited'],
  [{ detail: 'Something broke' }, 'overloaded'],
  [{ detail: [{ loc: ['body', 'n'], msg: 'field required', type: 'missing' }] }, 'invalid'],
  [{ success: false, message: 'Rate limit reached' }, 'rate_limited'],
  [{ code: 503, msg: 'busy', data: null }, 'overloaded'],
  [{ error: true, message: 'broke' }, 'overloaded'],
  [{ error: { type: 'rate_limit_error', message: 'slow down' }, choices: [] }, 'rate_limited'],
  [[{ error: { code: 503, status: 'UNAVAILABLE' } }], 'overloaded'],
  [{ base_resp: { status_code: 1002, status_msg: 'rate limit' } }, 'rate_limited'],
  [{ base_resp: { status_code: 0, status_msg: 'success' } }, 'bug'],
  [{ message: 'nothing of the kind' }, 'bug'],
  [{ errors: [] }, 'bug'],
])('%j under status 200 is %s', async (body, code) => {
  const { server, make } = await api({ body })
  expect((await make({ config: { outputs: { Text: 'text' } }, outputs: TEXT })).code).toBe(code)
  const poll = { id: 'id', url: `${server.url}/{{id}}`, everyMs: 1, done: { path: 'state' } }
  expect((await make({ config: { outputs: { Text: 'text' }, poll }, outputs: TEXT })).code).toBe(code)
})

const picture = Buffer.from(solidPng(20, 20, [1, 2, 3]))
const FILE = { config: { outputs: { Out: 'url' } }, outputs: { Out: { type: 'image/png' } } }
/** A service that gives an address, and these bodies there. */
const files = (...answers: Answer[]) =>
  api(({ method }) =>
    method === 'POST' ? { body: { url: '/f.png' } } : (answers.shift() ?? { body: picture }),
  )

test.each<[string, Answer]>([
  ['a picture that stops in the middle', { body: picture.subarray(0, -9) }],
  [
    'a part of unknown size',
    { status: 206, headers: { 'content-range': 'bytes 0-8/*' }, body: picture.subarray(0, 9) },
  ],
  ['the words of a gateway', { body: 'error code: 1015' }],
])('%s is downloaded again', async (_, first) => {
  const { server, make } = await files({ headers: { 'content-type': 'image/png' }, ...first })
  const { outcome } = await make(FILE)
  expect(valuesOf(outcome).Out).toMatchObject({ sizeBytes: picture.length })
  expect([server.count(/POST/), server.count(/GET/)]).toEqual([1, 2])
})

test('what stops in the middle twice in the same way is what was made, and kept', async () => {
  const half = { body: picture.subarray(0, -9) }
  const { server, make } = await files(half, { body: picture.subarray(0, -20) }, half, half)
  const { outcome, inbox } = await make(FILE)
  expect(valuesOf(outcome).Out).toMatchObject({ sizeBytes: picture.length - 9 })
  expect(server.count(/GET/)).toBe(4)
  expect(inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.log', level: 'warn' }))
})

test('a data URL in capitals is one', async () => {
  const { make } = await api({ body: { url: `DATA:image/png;base64,${picture.toString('base64')}` } })
  expect(valuesOf((await make(FILE)).outcome).Out).toMatchObject({ mimeType: 'image/png' })
})

test.each([
  ['to the end of the connection', '', 'network'],
  ['of a length', `content-length: ${picture.length - 9}\r\n`, 'succeeded'],
])('the beginning of a picture in an answer %s: %s', async (_, header, code) => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nconnection: close\r\n${header}\r\n`)
      socket.end(picture.subarray(0, -9))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { make } = await api({})
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect((await make({ config: { url }, outputs: FILE.outputs })).code).toBe(code)
})
