import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cli } from '../../support/cli/cli.js'
import { type Answer, type Exchange, startLoopback } from '../../support/servers/loopback-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const ROWS = 30

/** Asks the service of its config, and passes on what it says. */
const CLIENT = `export default async ({ inputs, config, model }, { signal, idempotencyKey }) => {
  const headers = { 'idempotency-key': idempotencyKey }
  const body = JSON.stringify({ n: inputs.n, model })
  const response = await fetch(config.url, { method: 'POST', headers, body, signal })
  const text = await response.text()
  if (!response.ok) throw Object.assign(new Error(text), { status: response.status, headers: response.headers })
  return { outputs: { Text: text } }
}`

const BLUEPRINT = (who: string) => `name: taglines
inputs: { rows: table }
loops: { row: { over: "\${inputs.rows}", key: "\${row.n}" } }
producers:
  Tagline:
    loop: row
    ${who}
    with: { n: "\${row.n}" }
    outputs: { Text: text }
    retry: { baseDelay: 1ms }
`

interface Project {
  readonly folder: string
  readonly asked: { first: string[]; spare: string[] }
  readonly how: { first: (exchange: Exchange) => Answer }
}

async function project(who = 'provider: [writer, spare]'): Promise<Project> {
  const asked: Project['asked'] = { first: [], spare: [] }
  const how: Project['how'] = { first: () => ({ status: 401, body: { error: 'no such key' } }) }
  const nameOf = ({ body }: Exchange) => {
    const { n, model = '' } = JSON.parse(body.toString()) as { n: string; model?: string }
    return `${n} ${model}`.trim()
  }
  const first = await startLoopback(exchange => {
    asked.first.push(nameOf(exchange))
    return how.first(exchange)
  })
  const spare = await startLoopback(exchange => {
    asked.spare.push(nameOf(exchange))
    return { body: `spare ${nameOf(exchange)}` }
  })
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'client.mjs'), CLIENT)
  await writeFile(
    join(folder, 'showrunner.config.yaml'),
    `providers:
  writer: { module: ./client.mjs, config: { url: "${first.url}" }, priceUsd: { perCall: 0.001 } }
  spare: { module: ./client.mjs, config: { url: "${spare.url}" }, priceUsd: { perCall: 0.25 } }
`,
  )
  await writeFile(join(folder, 'taglines.yaml'), BLUEPRINT(who))
  const rows = Array.from({ length: ROWS }, (_, n) => `row${n}`)
  await writeFile(join(folder, 'rows.csv'), `n\n${rows.join('\n')}\n`)
  return { folder, asked, how }
}

const INPUTS = ['-i', 'rows=@rows.csv'] as const
const RUN = ['run', 'taglines.yaml', ...INPUTS] as const
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

test('a refused key costs no row: the spare answers at its own price, and everything says so', async () => {
  const { folder, asked } = await project()
  const plan = JSON.parse((await cli(['plan', 'taglines.yaml', ...INPUTS, '--json'], folder)).stdout)
  expect(plan.layers).toMatchObject([{ provider: 'writer', spares: [{ provider: 'spare' }], run: ROWS }])
  // By the first, and at most as the dearest.
  expect(plan.estimate).toMatchObject({ costUsd: 0.03, atMostUsd: 7.5 })

  const run = await cli([...RUN, '--json'], folder)
  expect(run.code).toBe(0)
  expect(asked.spare.length).toBe(ROWS)
  expect(asked.first.length).toBeLessThan(ROWS)
  const result = jsonLines(run.stdout).at(-1)
  expect(result).toMatchObject({ status: 'succeeded', counts: { succeeded: ROWS, failed: 0 }, costUsd: 7.5 })
  expect(result.services).toMatchObject([
    { producer: 'Tagline', provider: 'spare', answers: ROWS, failures: 0, costUsd: 7.5 },
    { producer: 'Tagline', provider: 'writer', answers: 0, lastError: { code: 'auth' }, costUsd: 0 },
  ])

  const events = jsonLines((await cli(['log', 'taglines', '--json'], folder)).stdout)
  const made = events.filter(({ type }) => type === 'job.succeeded')
  expect(made.map(({ by }) => by)).toEqual(Array.from({ length: ROWS }, () => ({ provider: 'spare' })))
  const failed = events.filter(({ type }) => type === 'job.failed')
  expect(failed.length).toBe(asked.first.length)
  for (const event of failed)
    expect(event).toMatchObject({ by: { provider: 'writer' }, movesOn: true, willRetry: true })

  const status = JSON.parse((await cli(['status', 'taglines', '--json'], folder)).stdout)
  expect(status.services).toMatchObject([
    { producer: 'Tagline', provider: 'spare', answers: ROWS, costUsd: 7.5 },
  ])
  const rows = jsonLines(
    (await cli(['export', 'taglines', '--rows', 'row', '--format', 'jsonl'], folder)).stdout,
  )
  expect(rows.length).toBe(ROWS)
  expect(JSON.stringify(rows[0])).toContain('spare')
  const text = (await cli(RUN, folder)).stdout
  expect(text).toContain('already there')
})

test('what the spare has made stays when the first answers again, changes its place, or is taken away', async () => {
  const { folder, asked, how } = await project()
  expect((await cli(RUN, folder)).code).toBe(0)
  const before = asked.spare.length
  how.first = () => ({ body: 'first' })
  asked.first.length = 0
  for (const who of ['provider: [writer, spare]', 'provider: [spare, writer]', 'provider: spare']) {
    await writeFile(join(folder, 'taglines.yaml'), BLUEPRINT(who))
    expect((await cli(RUN, folder)).code).toBe(0)
  }
  expect(asked.first).toEqual([])
  expect(asked.spare.length).toBe(before)
  const explained = await cli(
    ['plan', 'taglines.yaml', ...INPUTS, '--explain', 'Tagline[row3]', '--json'],
    folder,
  )
  expect(JSON.parse(explained.stdout)).toMatchObject({ type: 'cached', by: { provider: 'spare' } })
  // Whoever must not have been asked at all: what it made is made again.
  await writeFile(join(folder, 'taglines.yaml'), BLUEPRINT('provider: writer'))
  expect((await cli(RUN, folder)).code).toBe(0)
  expect(asked.first.length).toBe(ROWS)
})

test('a row that moves takes what the spare has made, and the cache keeps it as the spare’s', async () => {
  const { folder, asked, how } = await project()
  const cached = [...RUN, '--cache', 'file:./cache'] as const
  expect((await cli(cached, folder)).code).toBe(0)
  const rows = Array.from({ length: ROWS }, (_, n) => `row${ROWS - 1 - n}`)
  await writeFile(join(folder, 'rows.csv'), `n\nrow7\n${rows.filter(row => row !== 'row7').join('\n')}\n`)
  expect((await cli(cached, folder)).code).toBe(0)
  expect(asked.spare.length).toBe(ROWS)
  how.first = () => ({ body: 'first' })
  // A movie of its own that names only the first: what the spare has made is none of its results.
  await writeFile(join(folder, 'taglines.yaml'), BLUEPRINT('provider: writer').replace('taglines', 'others'))
  asked.first.length = 0
  expect((await cli(cached, folder)).code).toBe(0)
  expect(asked.first.length).toBe(ROWS)
})

test('models fall back like providers, in the order of the list', async () => {
  const { folder, asked, how } = await project('provider: writer\n    model: [large, middle, small]')
  how.first = ({ body }) => {
    const { n, model } = JSON.parse(body.toString())
    if (model === 'large')
      return {
        status: 404,
        body: { error: { message: 'The model large does not exist', code: 'model_not_found' } },
      }
    return n === 'row5' && model === 'middle' ? { status: 503 } : { body: `${model} ${n}` }
  }
  const run = await cli([...RUN, '--json'], folder)
  expect(run.code).toBe(0)
  expect(jsonLines(run.stdout).at(-1).services).toMatchObject([
    { provider: 'writer', model: 'middle', answers: ROWS - 1 },
    { provider: 'writer', model: 'small', answers: 1 },
    { provider: 'writer', model: 'large', answers: 0, lastError: { code: 'invalid' } },
  ])
  expect(asked.first.filter(name => name === 'row5 middle').length).toBe(3)
})

test('a budget counts what each has cost, and one of a provider what that one has', async () => {
  const { folder, asked } = await project()
  const stopped = await cli([...RUN, '--budget', 'spare=2.60usd', '--json'], folder)
  expect(stopped.code).toBe(4)
  expect(asked.spare.length).toBe(10)
  const again = await cli([...RUN, '--budget', 'spare=2.60usd', '--json'], folder)
  expect(again.code).toBe(4)
  expect(asked.spare.length).toBe(10)
  const unknown = await cli([...RUN, '--budget', 'sprae=1usd'], folder)
  expect(unknown.code).toBe(2)
})

test('a spare that nobody knows is a mistake with its place', async () => {
  const { folder } = await project('provider: [writer, sparee]')
  const { stderr, code } = await cli(['plan', 'taglines.yaml', ...INPUTS], folder)
  expect(code).toBe(2)
  expect(stderr).toContain('taglines.yaml:7:24')
})
