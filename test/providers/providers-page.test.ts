import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { JobExecutor, JobMessage } from '../../src/model/job.js'
import type { JsonObject } from '../../src/model/json.js'
import type { BlobRef } from '../../src/model/movie/event.js'
import type { InputValue, OutputRequest, Provider } from '../../src/model/provider/provider.js'
import { idempotencyKey } from '../../src/model/run/idempotency-key.js'
import { ThreadExecutor } from '../../src/workers/thread/thread-executor.js'
import { assignment, jobTemplate } from '../support/jobs/job-fixture.js'
import { JobInbox } from '../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../support/jobs/provider-run.js'
import { runOpening } from '../support/jobs/run-opening.js'
import { MemoryBlobs } from '../support/storage/memory-blobs.js'

/** The snippets of the pages about providers of one's own and about local ones do what the pages say. */

interface Snippet {
  readonly language: string
  readonly text: string
}
interface Producer {
  readonly provider: string
  readonly with?: Record<string, InputValue>
  readonly config?: JsonObject
  readonly outputs: Record<string, string | { type: string; loop: string }>
}
interface Page {
  readonly name: string
  readonly loops?: Record<string, { count: number }>
  readonly producers: Record<string, Producer>
}

const repository = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['own', 'template', 'choose', 'command', 'simulate', 'module']
const pages = PAGES.map(name => readFile(join(repository, `docs/providers/${name}.md`), 'utf8'))
const text = (await Promise.all(pages)).join('\n')
const snippets: Snippet[] = [...text.matchAll(/```(\w+)\n((?:.|\n)*?)```/g)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'providers-page-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(repository, join(folder, 'node_modules', 'showrunner'))
  await symlink(join(repository, 'node_modules/vitest'), join(folder, 'node_modules', 'vitest'))
  for (const { text } of snippets) {
    const name = /^\/\/ ([\w.]+\.mjs)\n/.exec(text)?.[1]
    if (name !== undefined) await writeFile(join(folder, name), text)
  }
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** The blueprint of that name, and the JSON that the page says it makes. */
function example(name: string): { page: Page; made: unknown } {
  const at = snippets.findIndex(
    ({ language, text }) => language === 'yaml' && text.startsWith(`name: ${name}\n`),
  )
  const next = snippets.slice(at + 1).findIndex(({ language }) => language === 'yaml')
  const followers = snippets.slice(at + 1, next === -1 ? undefined : at + 1 + next)
  const json = followers.find(({ language }) => language === 'json')
  return {
    page: parse(snippets[at]!.text) as Page,
    made: json === undefined ? undefined : JSON.parse(json.text),
  }
}

async function run(
  page: Page,
  producer: string,
  given: { inputs?: object; index?: number; blobs?: MemoryBlobs } = {},
) {
  const { provider, config = {}, outputs, ...rest } = page.producers[producer]!
  const requests = Object.entries(outputs).map(([name, output]): [string, OutputRequest] => [
    name,
    typeof output === 'string'
      ? { type: output }
      : { type: output.type, count: page.loops![output.loop]!.count },
  ])
  const module = (await import(`../../src/providers/${provider}/${provider}.ts`)) as { default: Provider }
  const template = { config, outputs: Object.fromEntries(requests), baseFolder: folder }
  const inputs = { ...rest.with, ...given.inputs }
  const blobs = given.blobs ?? new MemoryBlobs()
  const { outcome } = await runProvider(
    module.default,
    template,
    { inputs, indices: [given.index ?? 0] },
    { blobs },
  )
  return { values: valuesOf(outcome), blobs }
}

test.each(['letter', 'script', 'best', 'sorted', 'greetings'])('%s makes what the page shows', async name => {
  const { page, made } = example(name)
  expect(made).toBeDefined()
  expect((await run(page, Object.keys(page.producers)[0]!)).values).toEqual(made)
})

test('rehearsal makes a picture', async () => {
  const { page } = example('rehearsal')
  const { values } = await run(page, 'Picture')
  expect(values).toMatchObject({ Image: { mimeType: 'image/png' }, Facts: { title: expect.any(String) } })
})

const hasFfmpeg = (process.env.PATH ?? '').split(delimiter).some(at => existsSync(join(at, 'ffmpeg')))

test.skipIf(!hasFfmpeg)('slideshow makes a film', async () => {
  const { page } = example('slideshow')
  const first = await run(page, 'Picture')
  const second = await run(page, 'Picture', { index: 1, blobs: first.blobs })
  const pictures = [first.values.Image, second.values.Image]
  const { values, blobs } = await run(page, 'Film', { inputs: { pictures }, blobs: first.blobs })
  const film = blobs.bytes.get((values.Video as BlobRef).hash)!
  expect(film.subarray(4, 8).toString()).toBe('ftyp')
})

describe('the test of the page passes', () => {
  const execute = promisify(execFile)
  // The runner of this test would take the one inside for a part of itself.
  const { NODE_TEST_CONTEXT: _, VITEST: __, ...env } = process.env

  test('with node:test', async () => {
    const { stdout } = await execute(process.execPath, ['--test', 'film.test.mjs'], { cwd: folder, env })
    expect(stdout).toMatch(/goes on from its checkpoint/)
    expect(stdout).toMatch(/fail 0\b/)
  })

  test('with vitest', async () => {
    const path = join(folder, 'film.vitest.test.mjs')
    const text = await readFile(join(folder, 'film.test.mjs'), 'utf8')
    await writeFile(path, text.replace("from 'node:test'", "from 'vitest'"))
    const args = [join(repository, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, path]
    const { stdout } = await execute(process.execPath, args, { cwd: folder, env })
    expect(stdout).toMatch(/Tests .*passed/)
    expect(stdout).not.toMatch(/failed/)
  })
})

describe('the providers of the page run against a service', () => {
  let server: Server
  let url: string
  const seen: string[] = []
  let polls = 0

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      const [status, headers, body] = answer(request)
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  function answer({ method, url: path, headers }: IncomingMessage): [number, Record<string, string>, string] {
    switch (`${method} ${path}`) {
      case 'POST /complete':
        return headers['idempotency-key'] === idempotencyKey(jobTemplate(), assignment(2))
          ? [429, { 'retry-after': '3' }, '']
          : [200, {}, '{"text": "five seven five", "tokens": 1000}']
      case 'POST /films':
        return [200, {}, '{"id": "f1"}']
      case 'GET /films/f1':
        return [
          200,
          {},
          JSON.stringify(polls++ < 2 ? { state: 'working', progress: 0.5 } : { state: 'done' }),
        ]
      case 'GET /films/f1/file':
        return [200, {}, 'bytes of a film']
      default:
        return [500, {}, '']
    }
  }

  async function open(file: string, outputs: Record<string, OutputRequest>, config: JsonObject) {
    const inbox = new JobInbox()
    const blobs = new MemoryBlobs()
    const specifier = pathToFileURL(join(folder, file)).href
    const pool = new ThreadExecutor({ threads: 1, modules: { [file]: specifier } })
    const acknowledge = (messages: readonly JobMessage[]) => {
      inbox.receive(messages)
      for (const message of messages) {
        if (message.type !== 'job.checkpoint') continue
        executor.acknowledgeCheckpoint(message.job, message.attempt, message.requestNumber)
      }
    }
    const executor: JobExecutor = pool.openRun(runOpening(acknowledge, { blobs }))
    const template = jobTemplate({ provider: { type: 'module', name: file }, outputs, config })
    return { pool, executor, inbox, blobs, template }
  }

  test('haiku.mjs', async () => {
    const { pool, executor, inbox, template } = await open('haiku.mjs', { Haiku: { type: 'text' } }, { url })
    executor.dispatch(template, [assignment(1, { subject: 'rain' }), assignment(2, { subject: 'snow' })])
    expect(await inbox.outcome(1)).toMatchObject({
      state: 'succeeded',
      artifacts: [{ value: 'five seven five' }],
      usage: { outputTokens: 1000 },
    })
    expect(await inbox.outcome(2)).toMatchObject({ error: { code: 'rate_limited', retryAfterMs: 3000 } })
    await pool.close()
  })

  test('film.mjs submits once, and an attempt with a checkpoint does not submit again', async () => {
    const config = { url, pollMs: 1 }
    const { pool, executor, inbox, blobs, template } = await open(
      'film.mjs',
      { Film: { type: 'video/mp4' } },
      config,
    )
    executor.dispatch(template, [assignment(1, { prompt: 'waves' })])
    const outcome = await inbox.outcome(1)
    expect(outcome.state === 'succeeded' && blobs.text(outcome.artifacts[0]?.blob)).toBe('bytes of a film')
    expect(inbox.messages).toContainEqual(expect.objectContaining({ checkpoint: { id: 'f1' } }))
    executor.dispatch(template, [assignment(2, { prompt: 'waves' }, { resume: { id: 'f1' } })])
    await inbox.outcome(2)
    expect(seen.filter(call => call === 'POST /films')).toHaveLength(1)
    await pool.close()
  })
})
