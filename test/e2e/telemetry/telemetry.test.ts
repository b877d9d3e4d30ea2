import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CliProcess, cli, jsonOf } from '../../support/cli/cli.js'
import { startLoopback } from '../../support/servers/loopback-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { type ReceivedPoint, startOtlpReceiver } from './otlp-receiver.js'

const BLUEPRINT = `name: traced
loops: { row: { count: 3 } }
producers:
  Work:
    loop: row
    provider: work
    with: { number: "\${index.row}" }
    outputs: { Trace: text }
  Ask:
    provider: ai
    model: compatible/tiny
    with: { traces: "\${Work[*].Trace}" }
    config: { prompt: "Say hello", baseUrl: "SERVICE", apiKey: none }
    outputs: { Text: text }
`
/** Its second job fails once; each says where it stands in the trace. */
const MODULE = `export default {
  async produce({ inputs, attempt }, context) {
    if (inputs.number === 1 && attempt === 1) throw Object.assign(new Error('busy'), { status: 503 })
    return { outputs: { Trace: context.traceparent ?? 'none' }, costUsd: 0.25 }
  },
}
`
const COMPLETION = {
  id: 'x',
  object: 'chat.completion',
  created: 0,
  model: 'tiny',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
}

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  const { url } = await startLoopback(() => ({ body: COMPLETION }))
  await writeFile(join(folder, 'traced.yaml'), BLUEPRINT.replace('SERVICE', url))
  await writeFile(join(folder, 'work.mjs'), MODULE)
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers: { work: { module: ./work.mjs } }\n')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const run = (...args: string[]) => cli(['run', 'traced.yaml', '--quiet', ...args], folder)

test('a collector hears of a run: spans of run, jobs and attempts, and counts', async () => {
  const collector = await startOtlpReceiver()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url)
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json')
  const result = await run('--json')
  expect(jsonOf(result)).toMatchObject({ status: 'succeeded', counts: { succeeded: 4 } })

  const { spans, metrics, services } = collector
  expect([...services]).toEqual(['showrunner'])
  const named = (name: string) => spans.filter(span => span.name === name)
  const [whole] = named('showrunner run')
  expect(whole).toMatchObject({
    attributes: { 'showrunner.movie.id': 'traced', 'showrunner.run.status': 'succeeded' },
  })
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([whole!.traceId]))

  const jobs = named('job Work')
  expect(jobs.map(({ attributes }) => attributes['showrunner.job.id']).sort()).toEqual([
    'Producer:Work[0]',
    'Producer:Work[1]',
    'Producer:Work[2]',
  ])
  expect(jobs.every(({ parentSpanId }) => parentSpanId === whole!.spanId)).toBe(true)

  const attempts = named('attempt Work')
  expect(attempts).toHaveLength(4)
  const jobIds = new Set(jobs.map(({ spanId }) => spanId))
  expect(attempts.every(({ parentSpanId }) => jobIds.has(parentSpanId!))).toBe(true)
  expect(attempts.filter(({ statusCode }) => statusCode === 2)).toMatchObject([
    { attributes: { 'error.type': 'overloaded', 'showrunner.attempt': 1 } },
  ])

  expect(named('chat tiny')).toMatchObject([
    {
      kind: 3,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'tiny',
        'gen_ai.usage.input_tokens': 7,
        'gen_ai.usage.output_tokens': 2,
      },
    },
  ])

  const sums = (name: string, ...keys: string[]) => byKeys(metrics.get(name)!, keys)
  expect(sums('showrunner.jobs', 'showrunner.producer', 'showrunner.job.state')).toEqual({
    'Work succeeded': 3,
    'Ask succeeded': 1,
  })
  expect(sums('showrunner.attempts', 'showrunner.producer', 'error.type')).toEqual({
    'Work ': 3,
    'Work overloaded': 1,
    'Ask ': 1,
  })
  expect(sums('showrunner.cost', 'showrunner.producer')).toMatchObject({ Work: 0.75 })
  expect(sums('showrunner.tokens', 'showrunner.token.type')).toEqual({ input: 7, output: 2 })
  expect(sums('gen_ai.client.token.usage', 'gen_ai.token.type')).toEqual({ input: 7, output: 2 })
  expect(sums('showrunner.jobs.active', 'showrunner.producer')).toEqual({ Work: 0, Ask: 0 })
  expect(metrics.get('showrunner.log.append.duration')![0]!.count).toBeGreaterThan(0)
  expect(metrics.get('showrunner.attempt.duration')!.length).toBeGreaterThan(0)
})

/** What the first job's provider was told. */
async function placeInTrace(): Promise<string> {
  const { stdout } = await cli(['log', 'traced', '--json'], folder)
  return /"artifactId":"Producer:Work\[0\]\.Trace".*?"value":"([^"]*)"/.exec(stdout)![1]!
}

/** Sums of a metric's points by the values of some attributes. */
function byKeys(points: readonly ReceivedPoint[], keys: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { attributes, value } of points) {
    const name = keys.map(key => attributes[key] ?? '').join(' ')
    sums[name] = (sums[name] ?? 0) + value
  }
  return sums
}

test('a provider in a thread knows its place in the trace', async () => {
  const collector = await startOtlpReceiver()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url)
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json')
  await run()
  const place = await placeInTrace()
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(place)!
  expect(collector.spans.find(span => span.spanId === spanId)).toMatchObject({
    name: 'attempt Work',
    traceId,
  })
})

test('what a spare answers is told as its own, in spans, counts and cost', async () => {
  const collector = await startOtlpReceiver()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url)
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json')
  const spared = BLUEPRINT.replace('provider: work', 'provider: [down, work]\n    retry: { attempts: 1 }')
  await writeFile(join(folder, 'traced.yaml'), `${spared.slice(0, spared.indexOf('  Ask:'))}`)
  await writeFile(
    join(folder, 'down.mjs'),
    `export default { async produce() { throw Object.assign(new Error('busy'), { status: 503 }) } }`,
  )
  await writeFile(join(folder, 'work.mjs'), MODULE.replace('inputs.number === 1', 'false'))
  await writeFile(
    join(folder, 'showrunner.config.yaml'),
    'providers: { down: { module: ./down.mjs }, work: { module: ./work.mjs } }\n',
  )
  expect(jsonOf(await run('--json'))).toMatchObject({ counts: { succeeded: 3 } })

  const { spans, metrics } = collector
  const attempts = spans.filter(({ name }) => name === 'attempt Work')
  const providersOf = (statusCode: number) =>
    attempts
      .filter(span => (span.statusCode === 2) === (statusCode === 2))
      .map(({ attributes }) => attributes['showrunner.provider'])
  expect(providersOf(0)).toEqual(['work', 'work', 'work'])
  expect(new Set(providersOf(2))).toEqual(new Set(['down']))
  const counted = byKeys(metrics.get('showrunner.attempts')!, ['showrunner.provider', 'error.type'])
  expect(counted).toEqual({ 'down overloaded': providersOf(2).length, 'work ': 3 })
  expect(byKeys(metrics.get('showrunner.cost')!, ['showrunner.provider'])).toEqual({ work: 0.75 })
})

test('without an SDK nothing is traced', async () => {
  await run()
  const place = await placeInTrace()
  expect(place).toBe('none')
})

test('a collector that is not there keeps no run from succeeding', async () => {
  const gone = await startLoopback(() => ({}))
  await gone.close()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', gone.url)
  expect(await run('--json')).toMatchObject({ code: 0 })
})

test('--metrics serves Prometheus while the run lasts', async () => {
  const port = await freePort()
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  const gate = await startLoopback(async () => {
    await opened
    return { body: 'open' }
  })
  await writeFile(
    join(folder, 'work.mjs'),
    `export default { async produce() { await fetch('${gate.url}'); return { outputs: { Trace: 'x' } } } }`,
  )
  const running = new CliProcess(['run', 'traced.yaml', '--quiet', '--metrics', `:${port}`], folder)
  await expect
    .poll(
      async () => {
        const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
        return await response?.text()
      },
      { timeout: 20_000 },
    )
    .toMatch(/showrunner_jobs_active\S*\{[^}]*showrunner_producer="Work"[^}]*\} 3/)
  open()
  expect(await running.ended).toMatchObject({ code: 0 })
})

test('a port that is taken is said before anything is called', async () => {
  const taken = await startLoopback(() => ({}))
  const { port } = new URL(taken.url)
  const result = await run('--metrics', `:${port}`, '--json')
  expect(result.code).toBe(2)
  expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'USAGE_INVALID' } })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}
