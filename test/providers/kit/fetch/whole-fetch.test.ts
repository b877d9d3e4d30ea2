import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bodyBytes, errorText, httpFetch } from '../../../../src/providers/kit/fetch/http-fetch.js'
import { jsonFetch } from '../../../../src/providers/kit/fetch/json-fetch.js'
import { longFetch } from '../../../../src/providers/kit/fetch/long-fetch.js'
import { type Answer, startLoopback } from '../../../support/servers/loopback-server.js'

/** Without repetitions, so that a cut loses something. */
const TEXT = JSON.stringify(Array.from({ length: 3_000 }, (_, at) => (at * 7_919) % 1_009))
const { signal } = new AbortController()

const CODINGS: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['gzip', zlib.gzipSync],
  ['x-gzip', zlib.gzipSync],
  ['GZip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['deflate', zlib.deflateRawSync],
  ['br', zlib.brotliCompressSync],
  ['gzip, br', text => zlib.brotliCompressSync(zlib.gzipSync(text))],
]

const compressed = (coding: string, body: Buffer, more: Answer = {}): Answer => ({
  ...more,
  headers: { 'content-encoding': coding, 'content-type': 'application/json' },
  body,
})

const WAYS = {
  httpFetch: async (url: string) => await httpFetch({ url: new URL(url), signal }),
  longFetch: async (url: string) => await longFetch(url),
}

describe.each(Object.entries(WAYS))('%s', (_, way) => {
  test.each(CODINGS)('a body in %s comes as it was, one that was cut fails', async (coding, compress) => {
    const whole = compress(TEXT)
    const bodies = [whole, whole.subarray(0, -1), whole.subarray(0, -4), whole.subarray(0, whole.length / 2)]
    const { url } = await startLoopback(() => compressed(coding, bodies.shift()!))
    const response = await way(url)
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.url).toBe(`${url}/`)
    expect(String(await bodyBytes(response, signal))).toBe(TEXT)
    while (bodies.length > 0)
      await expect(bodyBytes(await way(url), signal)).rejects.toMatchObject({
        code: 'network',
        message: expect.stringContaining(url),
      })
  })

  test('several members of gzip are one body', async () => {
    const body = Buffer.concat([zlib.gzipSync(TEXT.slice(0, 99)), zlib.gzipSync(TEXT.slice(99))])
    const { url } = await startLoopback(() => compressed('gzip', body))
    expect(await (await way(url)).text()).toBe(TEXT)
  })

  test.each(['identity', 'aws-chunked', 'lzma, gzip', ''])(
    'a body in "%s" is left as it is',
    async coding => {
      const { url } = await startLoopback(() => compressed(coding, Buffer.from(TEXT)))
      expect(await (await way(url)).text()).toBe(TEXT)
    },
  )

  test('no bytes at all are no bytes', async () => {
    const answers = [
      compressed('gzip', Buffer.alloc(0)),
      compressed('gzip', Buffer.alloc(0), { status: 204 }),
    ]
    const { url } = await startLoopback(() => answers.shift()!)
    expect(await (await way(url)).text()).toBe('')
    expect((await way(url)).status).toBe(204)
  })

  test('a reader that goes away ends the body', async () => {
    const { url } = await startLoopback(() => compressed('gzip', zlib.gzipSync(TEXT.repeat(100))))
    const response = await way(url)
    for await (const _ of response.body!) break
    expect((await way(url)).ok).toBe(true)
  })

  test('of a failure that was cut, its status and what came are enough', async () => {
    const body = zlib.gzipSync(TEXT)
    const { url } = await startLoopback(() => compressed('gzip', body.subarray(0, -9), { status: 400 }))
    const response = await way(url)
    expect(response.status).toBe(400)
    expect(TEXT).toContain((await errorText(response, signal)).slice(0, 20))
  })
})

test('client libraries hear of a body that was cut as of any connection that broke', async () => {
  const { url } = await startLoopback(() => compressed('gzip', zlib.gzipSync(TEXT).subarray(0, -9)))
  await expect(jsonFetch(url)).rejects.toMatchObject({ code: 'network' })
})
