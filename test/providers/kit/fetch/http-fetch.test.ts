import type { IncomingHttpHeaders } from 'node:http'
import { expect, test } from 'vitest'
import {
  ERROR_BODY_LIMIT_BYTES,
  errorText,
  httpFetch,
} from '../../../../src/providers/kit/fetch/http-fetch.js'
import { longFetch } from '../../../../src/providers/kit/fetch/long-fetch.js'
import { startLoopback } from '../../../support/servers/loopback-server.js'

test('of a failure whose body never ends only the beginning is read', async () => {
  let isCancelled = false
  const endless = new ReadableStream({
    pull: controller => controller.enqueue(new Uint8Array(64 * 1024).fill(120)),
    cancel: () => {
      isCancelled = true
    },
  })
  const text = await errorText(new Response(endless, { status: 500 }), undefined)
  expect(text).toHaveLength(ERROR_BODY_LIMIT_BYTES)
  expect(isCancelled).toBe(true)
})

/** Two origins: the first sends its reader to the second, which sends it on as often as it is told. */
async function redirecting(steps: number) {
  const told: { at: string; headers: IncomingHttpHeaders }[] = []
  const second: { url: string } = await startLoopback(({ path, headers }) => {
    told.push({ at: `second${path}`, headers })
    return steps > 1 ? { status: 302, headers: { location: `${first.url}/back` } } : { body: 'there' }
  })
  const first = await startLoopback(({ path, headers }) => {
    told.push({ at: `first${path}`, headers })
    if (path === '/back') return { body: 'back' }
    return path === '/here'
      ? { status: 307, headers: { location: '/near' } }
      : { status: 302, headers: { location: `${second.url}/far` } }
  })
  return { first, told }
}

const SECRETS = ['authorization', 'cookie', 'x-api-key', 'x-of-the-user']
const headers = {
  authorization: 'Bearer one',
  cookie: 'a=two',
  'x-api-key': 'three',
  'x-of-the-user': 'four',
  accept: 'image/png',
}
const secretsIn = (told: { at: string; headers: IncomingHttpHeaders }[]) =>
  told.map(({ at, headers }) => [at, SECRETS.filter(name => headers[name] !== undefined)])

test.each(['httpFetch', 'longFetch'] as const)(
  '%s: a redirect to another origin takes no header along that may be secret',
  async way => {
    const { first, told } = await redirecting(2)
    const url = new URL('/here', first.url)
    const { signal } = new AbortController()
    const response =
      way === 'httpFetch'
        ? await httpFetch({ url, headers, signal, credentials: { origin: url.origin, headers } })
        : await longFetch(url, { headers, signal })
    expect(await response.text()).toBe('back')
    expect(secretsIn(told)).toEqual([
      ['first/here', SECRETS],
      ['first/near', SECRETS],
      ['second/far', []],
      // Who was sent there by a stranger asks as a stranger.
      ['first/back', []],
    ])
    expect(told.map(({ headers }) => headers.accept)).toEqual(Array(4).fill('image/png'))
  },
)

test('what may do its work twice is not sent again elsewhere', async () => {
  const { first, told } = await redirecting(1)
  const url = new URL('/here', first.url)
  const { signal } = new AbortController()
  await expect(httpFetch({ url, method: 'POST', body: 'x', headers, signal })).rejects.toMatchObject({
    code: 'invalid',
  })
  expect((await longFetch(url, { method: 'POST', body: 'x', headers })).status).toBe(307)
  expect(told.map(({ at }) => at)).toEqual(['first/here', 'first/here'])
})
