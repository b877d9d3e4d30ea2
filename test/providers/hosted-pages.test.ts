import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { JobTemplate } from '../../src/model/job.js'
import type { Provider } from '../../src/model/provider/provider.js'
import { runProvider, valuesOf } from '../support/jobs/provider-run.js'
import { fencesIn, markdownPages } from '../support/markdown.js'
import { FalServer } from '../support/servers/fal-server.js'
import { startFilmServer } from '../support/servers/film-server.js'
import { HttpServer } from '../support/servers/http-server.js'
import { REPLICATE_TOKEN, ReplicateServer } from '../support/servers/replicate-server.js'

/** The examples of docs/providers/ run against services that speak as the real ones do. */

const pages = await markdownPages('docs/providers')

interface Blueprint {
  readonly producers: Record<string, { model?: string; config?: object; outputs: Record<string, string> }>
}

/** Runs a producer of a page's blueprint, with `overrides` over its config. */
async function make(page: string, name: string, producer: string, overrides: object, address = '') {
  const fences = fencesIn(pages.find(({ path }) => path === `docs/providers/${page}.md`)!)
  const { text } = fences.find(fence => fence.text.startsWith(`name: ${name}\n`))!
  const { producers } = parse(text.replaceAll('https://api.example.com', address)) as Blueprint
  const { model, config, outputs } = producers[producer]!
  const module = (await import(`../../src/providers/${page}/${page}.ts`)) as { default: Provider }
  const requests = Object.entries(outputs).map(([output, type]) => [output, { type }])
  const template: Partial<JobTemplate> = {
    model,
    config: { ...config, ...overrides } as JobTemplate['config'],
    outputs: Object.fromEntries(requests),
  }
  const { outcome } = await runProvider(module.default, template, {
    inputs: { prompt: 'waves', place: 'Oslo' },
  })
  return valuesOf(outcome)
}

test('http: postcard', async () => {
  const server = await HttpServer.start(({ call }, url) =>
    call === 'POST /v1/images'
      ? { body: { data: [{ url: `${url}/1.png` }], count: 1 } }
      : { body: 'a picture', headers: { 'content-type': 'image/png' } },
  )
  const made = await make('http', 'postcard', 'Card', { auth: { bearer: 'key' } }, server.url)
  expect(made).toMatchObject({ Image: { mimeType: 'image/png' } })
  expect(JSON.parse(server.exchanges[0]!.body.toString())).toEqual({
    prompt: 'A postcard of Oslo',
    size: 1024,
  })
})

test('http: strict', async () => {
  const server = await HttpServer.start(() => ({ body: { error: 'busy' } }))
  await expect(make('http', 'strict', 'Reply', {}, server.url)).rejects.toThrow(/^overloaded/)
})

test('http: film', async () => {
  const { server } = await startFilmServer()
  const made = await make('http', 'film', 'Film', { auth: { bearer: 'film-key-12345' } }, server.url)
  expect(made).toMatchObject({ Film: { mimeType: 'video/mp4' } })
})

test('replicate: posters', async () => {
  const { server, baseUrl } = await ReplicateServer.start()
  server.doAndFail(/delivery/, { body: 'a picture', headers: { 'content-type': 'image/png' } })
  const made = await make('replicate', 'posters', 'Poster', { apiToken: REPLICATE_TOKEN, baseUrl, pollMs: 1 })
  expect(made).toMatchObject({ Image: { mimeType: 'image/png' } })
})

test('fal: clips', async () => {
  const { config, server } = await FalServer.start()
  server.fail(/^POST /, { body: { request_id: 'r1' } })
  server.fail(/status$/, { body: { status: 'COMPLETED' } })
  server.fail(/requests\/r1$/, { body: { images: [{ url: `${server.url}/media/1.png` }] } })
  expect(await make('fal', 'clips', 'Still', config)).toMatchObject({ Image: { mimeType: 'image/png' } })
  expect(server.exchanges.map(({ call }) => call)).toEqual([
    'POST /queue/fal-ai/flux/dev',
    'GET /queue/fal-ai/flux/requests/r1/status',
    'GET /queue/fal-ai/flux/requests/r1',
    'GET /media/1.png',
  ])
})
