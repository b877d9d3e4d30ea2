import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Engine, inline, openEngine, type PageServer } from '../../dist/index.js'

/** What a browser of a hostile site, a guesser and a hostile provider get from the page's server: nothing. */

const HOSTILE = '<script>document.title = "taken"</script>'
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "taken"</script></svg>'

const blueprint = {
  name: 'hostile',
  loops: { row: { count: 3 } },
  producers: {
    Page: {
      loop: 'row',
      provider: 'writer',
      with: { n: '${index.row}' },
      outputs: { Html: 'text/html', Drawing: 'image/svg+xml', Text: 'text' },
      retry: { attempts: 1 },
    },
  },
} as const

async function servedEngine(): Promise<{ engine: Engine; page: PageServer }> {
  const writer = inline(({ inputs }) => {
    if (inputs.n === 2) throw new Error(`It failed: ${HOSTILE}`)
    return {
      outputs: {
        Html: { bytes: Buffer.from(`<!doctype html>${HOSTILE}`), mimeType: 'text/html' },
        Drawing: { bytes: Buffer.from(SVG), mimeType: 'image/svg+xml' },
        Text: HOSTILE,
      },
      costUsd: 0.25,
    }
  })
  const engine = await openEngine({ store: `memory:${randomUUID()}`, providers: { writer }, threads: 1 })
  onTestFinished(() => engine.close())
  await engine.run({ blueprint })
  return { engine, page: await engine.serve() }
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** By Node's own client, since `fetch` lets nobody choose a Host header. */
function ask(
  page: PageServer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: page.port, path, method, headers }
    request(options, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
    })
      .on('error', reject)
      .end(body)
  })
}

/** The cookie that the address with the token leaves in a browser. */
async function cookieOf(page: PageServer): Promise<string> {
  const { pathname, search } = new URL(page.url)
  const { status, headers } = await ask(page, pathname + search)
  expect(status).toBe(302)
  // Behind the sign a browser tells it nobody.
  expect(String(headers.location).split('#')[0]).not.toContain(new URL(page.url).searchParams.get('token'))
  const [cookie] = headers['set-cookie'] as string[]
  expect(cookie).toMatch(/HttpOnly/i)
  expect(cookie).toMatch(/SameSite=Strict/i)
  return cookie!.split(';')[0]!
}

/** What the page sends with everything that changes something. */
const writing = (page: PageServer) => ({
  authorization: `Bearer ${new URL(page.url).searchParams.get('token')}`,
  origin: `http://127.0.0.1:${page.port}`,
  'content-type': 'application/json',
})

test('the token opens the page, and stays in no address', async () => {
  const { page } = await servedEngine()
  const cookie = await cookieOf(page)
  const { status, text, headers } = await ask(page, '/', { cookie })
  expect(status).toBe(200)
  expect(text).toContain('<div id="page">')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
  expect(headers['content-security-policy']).not.toContain('unsafe')
  const script = /src="\.\/(\w+\.js)"/.exec(text)![1]
  expect((await ask(page, `/${script}`, { cookie })).headers['content-type']).toMatch(/^text\/javascript/)
})

describe('refused is', () => {
  const PATHS = [
    '/',
    '/page.js',
    '/api/store',
    '/api/movies/hostile',
    '/api/movies/hostile/jobs',
    '/api/movies/hostile/artifacts/4',
  ]

  test('everything without the token, or with another one', async () => {
    const { page } = await servedEngine()
    const name = (await cookieOf(page)).split('=')[0]
    const token = new URL(page.url).searchParams.get('token')!
    const guesses = ['', 'x', token.slice(0, -1), `${token}x`, token.toLowerCase(), `${token}%00`]
    for (const path of PATHS) {
      expect((await ask(page, path)).status).toBe(401)
      for (const guess of guesses.filter(one => one !== token)) {
        expect((await ask(page, path, { cookie: `${name}=${guess}` })).status).toBe(401)
        expect((await ask(page, `${path}?token=${guess}`)).status).toBe(401)
      }
    }
  })

  test('a name that points to this machine, as after DNS rebinding', async () => {
    const { page } = await servedEngine()
    const cookie = await cookieOf(page)
    for (const host of [
      `evil.example:${page.port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '0.0.0.0',
    ])
      for (const path of PATHS) expect((await ask(page, path, { cookie, host })).status).toBe(403)
    for (const host of [`localhost:${page.port}`, `127.0.0.1:${page.port}`, `[::1]:${page.port}`])
      expect((await ask(page, '/api/store', { cookie, host })).status).toBe(200)
  })

  test('a request from another origin, or another site', async () => {
    const { page } = await servedEngine()
    const cookie = await cookieOf(page)
    const host = `127.0.0.1:${page.port}`
    for (const origin of [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${page.port + 1}`,
      `https://${host}`,
    ])
      expect((await ask(page, '/api/store', { cookie, origin })).status).toBe(403)
    const other = { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
    expect((await ask(page, '/api/movies/hostile/artifacts/4', other)).status).toBe(403)
    expect((await ask(page, '/api/store', { cookie, origin: `http://${host}` })).status).toBe(200)
  })

  test('everything that would change something in another way than the page does', async () => {
    const { engine, page } = await servedEngine()
    const cookie = await cookieOf(page)
    const right = writing(page)
    const body = JSON.stringify({ artifact: 'Page[0].Text' })
    const pin = (headers: Record<string, string | undefined>) => {
      const given = Object.entries({ ...right, cookie, ...headers }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      )
      return ask(page, '/api/movies/hostile/pin', Object.fromEntries(given), 'POST', body)
    }
    const token = right.authorization.slice('Bearer '.length)
    expect((await pin({ authorization: undefined })).status).toBe(401)
    for (const wrong of [cookie.split('=')[1]!, token.toUpperCase(), token.slice(1), ''])
      expect((await pin({ authorization: `Bearer ${wrong}` })).status).toBe(401)
    for (const origin of [undefined, 'null', 'https://evil.example', `http://127.0.0.1:${page.port + 1}`])
      expect((await pin({ origin })).status).toBe(403)
    expect((await pin({ host: 'evil.example', origin: 'http://evil.example' })).status).toBe(403)
    // What a form of another page can send without being asked.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined])
      expect((await pin({ 'content-type': type })).status).toBe(400)
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect((await ask(page, '/api/movies/hostile/pin', { ...right, cookie }, method)).status).toBe(405)
    expect((await ask(page, '/api/movies/hostile/constructor', right, 'POST', body)).status).toBe(404)
    for await (const { override } of engine.movie('hostile').artifacts()) expect(override).toBeUndefined()
    expect((await pin({})).status).toBe(200)
  })

  test('every token, once a hundred were wrong; who is in stays in', async () => {
    const { page } = await servedEngine()
    const cookie = await cookieOf(page)
    const { pathname, search } = new URL(page.url)
    const statuses = new Set<number>()
    for (let guess = 0; guess < 100; guess++)
      statuses.add((await ask(page, `/?token=${'x'.repeat(31)}${guess % 10}`)).status)
    expect([...statuses]).toEqual([401])
    expect((await ask(page, '/?token=x')).status).toBe(429)
    expect((await ask(page, pathname + search)).status).toBe(429)
    expect((await ask(page, '/api/store', { cookie })).status).toBe(200)
  })

  test('a way out of the folder of the page, and out of the store', async () => {
    const { page } = await servedEngine()
    const cookie = await cookieOf(page)
    const paths = [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '//etc/passwd',
      '/THIRD-PARTY-LICENSES.txt/../../index.js',
      '/api/movies/..%2f..%2fpackage.json',
      '/api/movies/%2e%2e',
      '/api/movies/hostile%2f..%2f../jobs',
      '/api/movies/hostile/artifacts/..%2f..%2fevents.jsonl',
      '/api/movies/hostile/artifacts/0',
      '/api/movies/hostile/artifacts/-1',
      '/api/movies/hostile/artifacts/1e9',
      '/api/movies/hostile/artifacts/1.5',
      '/api/movies/hostile/jobs/999999',
      '/api/movies/hostile/jobs/-1',
      '/api/movies/other',
    ]
    for (const path of paths) expect([path, (await ask(page, path, { cookie })).status]).toEqual([path, 404])
  })
})

test('what a provider has made can do nothing in a browser', async () => {
  const { engine, page } = await servedEngine()
  const cookie = await cookieOf(page)
  const seqs = new Map<string, number>()
  for await (const { seq, event } of engine.movie('hostile').events())
    if (event.type === 'artifact' && event.artifactId.includes('[0]'))
      seqs.set(event.artifactId.split('.')[1]!, seq)
  const contentOf = (output: string) =>
    ask(page, `/api/movies/hostile/artifacts/${seqs.get(output)}`, { cookie })
  const html = await contentOf('Html')
  expect(html.text).toContain(HOSTILE)
  expect(html.headers['content-type']).toBe('application/octet-stream')
  expect(html.headers['content-disposition']).toMatch(/^attachment/)
  const drawing = await contentOf('Drawing')
  expect(drawing.headers['content-type']).toBe('image/svg+xml')
  const text = await contentOf('Text')
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
  for (const { headers } of [html, drawing, text]) {
    expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/)
    expect(headers['content-security-policy']).not.toContain('script-src')
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
})

test.each([
  ['image/png', '<script>document.title = "taken"</script>'],
  ['image/svg+xml; charset=utf-8', SVG],
  ['text/xml', SVG],
  ['application/xhtml+xml', SVG],
  ['application/pdf', '%PDF-1.7'],
  ['text/html; charset=utf-7', HOSTILE],
  ['multipart/x-mixed-replace', HOSTILE],
])('content called %s is never a document of the page', async (mimeType, content) => {
  const writer = inline(() => ({ outputs: { File: { bytes: Buffer.from(content), mimeType } } }))
  const engine = await openEngine({ store: `memory:${randomUUID()}`, providers: { writer }, threads: 1 })
  onTestFinished(() => engine.close())
  const outputs = { File: 'application/octet-stream' } as const
  await engine.run({ blueprint: { name: 'files', producers: { File: { provider: 'writer', outputs } } } })
  const page = await engine.serve()
  const cookie = await cookieOf(page)
  let seq = 0
  for await (const logged of engine.movie('files').events({ types: ['artifact'] })) seq = logged.seq
  const { status, headers } = await ask(page, `/api/movies/files/artifacts/${seq}`, { cookie })
  expect(status).toBe(200)
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/)
  expect(headers['content-security-policy']).not.toContain('script-src')
  const isShown = String(headers['content-disposition']).startsWith('inline')
  if (isShown) expect(headers['content-type']).toMatch(/^(image\/(png|svg\+xml)|text\/plain; charset=utf-8)$/)
  else expect(headers['content-type']).toBe('application/octet-stream')
})

test('players get parts of sounds and films', async () => {
  const { engine, page } = await servedEngine()
  const cookie = await cookieOf(page)
  let seq = 0
  for await (const logged of engine.movie('hostile').events({ types: ['artifact'] }))
    if (logged.event.type === 'artifact' && logged.event.artifactId === 'Producer:Page[0].Drawing')
      seq = logged.seq
  const part = (range: string) => ask(page, `/api/movies/hostile/artifacts/${seq}`, { cookie, range })
  expect((await ask(page, `/api/movies/hostile/artifacts/${seq}`, { cookie })).headers['accept-ranges']).toBe(
    'bytes',
  )
  const { status, text, headers } = await part('bytes=1-3')
  expect([status, text, headers['content-range']]).toEqual([206, 'svg', `bytes 1-3/${SVG.length}`])
  expect(headers['content-security-policy']).toMatch(/^sandbox/)
  expect(await part(`bytes=${SVG.length}-`)).toMatchObject({ status: 416, text: '' })
})

test('what is said of a movie is JSON, whatever is in it', async () => {
  const { page } = await servedEngine()
  const cookie = await cookieOf(page)
  const { headers, text } = await ask(page, '/api/movies/hostile', { cookie })
  expect(headers['content-type']).toBe('application/json')
  expect(JSON.parse(text)).toMatchObject({
    total: 3,
    done: 2,
    states: { succeeded: 2, failed: 1 },
    costUsd: 0.5,
    run: { state: 'failed' },
    failures: [{ code: 'bug', count: 1, producers: ['Page'] }],
  })
})

test('the page ends with the engine, and with its own close()', async () => {
  const { engine, page } = await servedEngine()
  const other = await engine.serve()
  await other.close()
  await other.close()
  await expect(ask(other, '/')).rejects.toThrow()
  await engine.close()
  await expect(ask(page, '/')).rejects.toThrow()
})

test('a port that is taken is said', async () => {
  const { engine, page } = await servedEngine()
  await expect(engine.serve({ port: page.port })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(engine.serve({ port: 70_000 })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})
