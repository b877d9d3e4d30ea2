import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CliProcess, cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'
import { HttpServer } from '../../support/servers/http-server.js'
import { startLimitedServer } from '../../support/servers/limited-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const OPEN = { perWindow: 1e9, windowMs: 1e9, concurrency: 1e9, latencyMs: 100 }

/** A folder with a config whose provider `service` calls the URL. */
async function projectFor(url: string, more = {}): Promise<string> {
  const folder = await temporaryFolder()
  const config = { providers: { service: { module: 'builtin:http', config: { url }, ...more } } }
  await writeFile(join(folder, 'showrunner.config.json'), JSON.stringify(config))
  return folder
}

const SERVICE = ['probe', '--provider', 'service', '--with', 'prompt=A ${fox}'] as const

describe('against a service that takes six calls at once', { timeout: 60_000 }, () => {
  test('finds the six, names the limit, and writes page, latencies and nothing else', async () => {
    const server = await startLimitedServer({ ...OPEN, concurrency: 6, latencyMs: 200 })
    const folder = await projectFor(server.url)
    const args = ['--json', '--max-concurrency', '32', '--html', 'page.html', '--output', 'latency.json']
    const result = await cli([...SERVICE, ...args], folder)
    expect(result.code).toBe(0)
    const report = jsonOf(result) as { recommended: { concurrency: number }; limit: { type: string } }
    expect(report.limit.type).toBe('concurrency_cap')
    expect([5, 6, 7]).toContain(report.recommended.concurrency)
    const files = ['latency.json', 'page.html', 'showrunner.config.json']
    expect((await readdir(folder)).sort()).toEqual(files)
    const page = await readFile(join(folder, 'page.html'), 'utf8')
    expect(page).toContain('The service refuses more than')
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page).not.toMatch(/https?:|src=|@import|url\(/)
    await rehearse(folder)
  })
})

/** What was measured is a config of `simulate`, and a latency for `rehearse`. */
async function rehearse(folder: string): Promise<void> {
  const measured = JSON.parse(await readFile(join(folder, 'latency.json'), 'utf8')) as object
  const blueprint = {
    name: 'rehearsal',
    producers: { Try: { provider: 'simulate', config: measured, outputs: { Text: 'text' } } },
  }
  await writeFile(join(folder, 'rehearsal.json'), JSON.stringify(blueprint))
  expect((await cli(['run', 'rehearsal.json', '--quiet'], folder)).code).toBe(0)
  const latency = ['--latency', 'simulate=@latency.json']
  expect((await cli(['rehearse', 'rehearsal.json', ...latency], folder)).code).toBe(0)
}

test('an interrupt ends it with what was measured', { timeout: 30_000 }, async () => {
  const server = await startLimitedServer(OPEN)
  const probe = new CliProcess([...SERVICE], await projectFor(server.url))
  await probe.prints(/4 at once/)
  probe.child.kill('SIGINT')
  const { code, stdout } = await probe.ended
  expect(code).toBe(130)
  expect(stdout).toContain('none was found before the interruption')
  expect(stdout).toContain('Highest so far')
  expect(stdout).not.toContain('limits:')
})

test.each([
  [401, {}, 'auth'],
  [500, {}, 'overloaded'],
  [503, { 'retry-after': '1' }, 'overloaded'],
  [429, { 'retry-after': '3600' }, 'rate_limited'],
])(
  'a service that answers only %i is left alone after a handful of calls',
  {
    timeout: 30_000,
  },
  async (status, headers, reason) => {
    const server = await HttpServer.start(() => ({ status, headers, body: 'no' }))
    const result = await cli([...SERVICE, '--json'], await projectFor(server.url))
    expect(result.code).toBe(1)
    expect(jsonOf(result)).toMatchObject({
      error: { code: 'PROBE_FAILED', details: { calls: 5, error: { code: reason } } },
    })
    expect(server.exchanges).toHaveLength(5)
  },
)

interface Report {
  readonly limit: { readonly type: string; readonly because?: string; readonly savedUp?: object }
  readonly levels: readonly { readonly refused: number; readonly errors: Record<string, number> }[]
  readonly recommended?: { readonly concurrency: number; readonly requestsPerMinute?: number }
  readonly limitsBlock?: string
  readonly isComplete: boolean
  readonly ended: string
  readonly calls: number
}

async function reportOf(url: string, args: readonly string[], more = {}): Promise<Report> {
  const result = await cli([...SERVICE, '--json', ...args], await projectFor(url, more))
  expect(result.code).toBe(0)
  return jsonOf(result) as unknown as Report
}

test('answers that cannot be used are no refusals, and no limit', { timeout: 60_000 }, async () => {
  let calls = 0
  const broken = { choices: [{ finish_reason: 'error', message: { content: 'half a' } }] }
  const bodies = ['<html>', JSON.stringify({ other: 1 }), JSON.stringify(broken)]
  const server = await HttpServer.start(() => {
    const body = bodies[++calls % 8]
    return { body: body ?? JSON.stringify({ text: 'made' }) }
  })
  const config = { url: server.url, outputs: { Output: 'text' } }
  const report = await reportOf(server.url, ['--max-concurrency', '4'], { config })
  expect(['rate_limit', 'concurrency_cap', 'quota']).not.toContain(report.limit.type)
  for (const { refused, errors } of report.levels) {
    expect(refused).toBe(0)
    // A page in place of an answer is a fault of the way.
    const { network: _, ...others } = errors
    expect(Object.keys(others)).toEqual(['malformed'])
  }
})

test('a service that goes down is no limit, and costs few calls more', { timeout: 60_000 }, async () => {
  let calls = 0
  const server = await startLimitedServer(OPEN)
  const front = await HttpServer.start(async () => {
    if (++calls > 60) return { status: 500, body: 'down' }
    return { body: await (await fetch(server.url)).text() }
  })
  const report = await reportOf(front.url, [])
  expect(report).toMatchObject({ ended: 'errors', isComplete: false, limit: { because: 'errors' } })
  expect(report.limitsBlock).toBeUndefined()
  expect(report.calls).toBeLessThan(300)
})

test('too few calls to find a limit give nothing to paste, and say how to go on', {
  timeout: 60_000,
}, async () => {
  const server = await startLimitedServer(OPEN)
  const { code, stdout } = await cli([...SERVICE, '--max-calls', '60'], await projectFor(server.url))
  expect(code).toBe(0)
  expect(stdout).toContain('--max-calls')
  expect(stdout).toContain('Highest so far')
  expect(stdout).not.toContain('limits:')
})

test('what a service had saved up is explained, and not recommended', { timeout: 60_000 }, async () => {
  let tokens = 100
  let filledAtMs = performance.now()
  const behind = await startLimitedServer({ ...OPEN, latencyMs: 30 })
  const server = await HttpServer.start(async () => {
    const nowMs = performance.now()
    tokens = Math.min(100, tokens + (nowMs - filledAtMs) / 200)
    filledAtMs = nowMs
    if (tokens < 1) return { status: 429, body: 'too many' }
    tokens--
    return { body: await (await fetch(behind.url)).text() }
  })
  const report = await reportOf(server.url, [])
  expect(report.limit).toMatchObject({ type: 'rate_limit', savedUp: { concurrency: expect.any(Number) } })
  // Five a second last; the first calls went through as fast as they were made.
  expect(report.recommended!.requestsPerMinute).toBeLessThan(900)
})

describe('before the first call', () => {
  async function refusal(more: object, ...args: string[]) {
    const server = await HttpServer.start(() => ({ body: 'made' }))
    const { code, stderr } = await cli([...SERVICE, ...args], await projectFor(server.url, more))
    expect([code, server.exchanges]).toEqual([2, []])
    return stderr
  }

  test('a probe that could cost too much is refused, with the calls that would fit', async () => {
    const stderr = await refusal({ priceUsd: { perCall: 0.01 } }, '--max-cost', '5usd')
    expect(stderr).toMatch(/USAGE_INVALID: 2000 calls could cost \$20\.00.*--max-calls \(maxCalls\) to 500/)
  })

  test('too few calls to measure anything are said to be too few', async () => {
    const server = await HttpServer.start(() => ({ body: 'made' }))
    const { code, stderr } = await cli([...SERVICE, '--max-calls', '1'], await projectFor(server.url))
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/PROBE_FAILED: No call of provider .* Raise it\./),
    ])
  })

  test('a file that cannot be written is refused before the first call', async () => {
    for (const option of ['--html', '--output']) {
      expect(await refusal({}, option, 'absent/file')).toMatch(
        /USAGE_INVALID: absent\/file cannot be written/,
      )
      expect(await refusal({}, option, '.')).toContain('cannot be written: it is a folder. No call was made.')
    }
  })

  test('a limit of the cost needs a price', async () => {
    expect(await refusal({}, '--max-cost', '5usd')).toContain('BUDGET_UNPRICED')
  })

  test('what it will probably cost is said', async () => {
    const server = await HttpServer.start(() => ({ body: 'made' }))
    const folder = await projectFor(server.url, { priceUsd: { perCall: 0.01 } })
    const { stderr } = await cli([...SERVICE, '--max-calls', '20', '--max-cost', '1usd'], folder)
    expect(stderr).toContain('Probing service with 20 calls at most, about $0.2000 if all are made.')
    expect(server.exchanges.length).toBeLessThanOrEqual(20)
  })
})

describe('an option that cannot be used is refused, and not ignored', () => {
  test.each([
    [['letters.yaml', '--provider', 'template'], '--provider'],
    [['letters.yaml', '--producer', 'Letter', '--output-type', 'json'], '--output-type'],
    [['--provider', 'template', '--producer', 'Letter'], '--producer'],
    [['--provider', 'template', '-i', 'a=1'], '-i'],
    [['--provider', 'template', '--inputs', 'a.json'], '--inputs'],
    [['--provider', 'template', '--movie', 'letters'], '--movie'],
  ])('%j', async (args, named) => {
    const { code, stderr } = await cli(['probe', ...args], await cliProject())
    expect([code, stderr]).toEqual([2, expect.stringContaining('USAGE_INVALID')])
    expect(stderr).toContain(named)
  })
})

describe('of a blueprint', { timeout: 60_000 }, () => {
  test('--model and --with go before what the producer has', async () => {
    const server = await HttpServer.start(() => ({ body: 'made' }))
    const folder = await temporaryFolder()
    const provider = `export const produce = async ({ model, inputs }) => {
      await fetch(${JSON.stringify(server.url)}, { method: 'POST', body: JSON.stringify({ model, inputs }) })
      return { outputs: { Text: 'made' } }
    }`
    await writeFile(join(folder, 'echo.mjs'), provider)
    const blueprint = {
      name: 'echoes',
      producers: {
        First: { provider: 'template', config: { template: 'x' }, outputs: { Text: 'text' } },
        Echo: {
          provider: 'module',
          model: 'small',
          config: { file: './echo.mjs' },
          with: { mood: 'calm', place: 'sea', first: '${First.Text}' },
          outputs: { Text: 'text' },
        },
      },
    }
    await writeFile(join(folder, 'echoes.json'), JSON.stringify(blueprint))
    const overrides = [
      '--model',
      'large',
      '--with',
      'mood=wild ${x}',
      '--with',
      'first=none',
      '--with',
      'more=1',
    ]
    const args = ['probe', 'echoes.json', '--producer', 'Echo', ...overrides, '--max-calls', '30', '--json']
    expect((await cli(args, folder)).code).toBe(0)
    expect(JSON.parse(String(server.exchanges[0]!.body))).toEqual({
      model: 'large',
      inputs: { mood: 'wild ${x}', place: 'sea', first: 'none', more: '1' },
    })
  })

  const probe = (folder: string, ...args: string[]) =>
    cli(['probe', 'letters.yaml', ...ROWS, '--json', '--max-calls', '40', ...args], folder)

  test('the producer must be named, if there are several', async () => {
    const folder = await cliProject()
    const { code, stdout } = await probe(folder, '--producer', 'Leter')
    expect(code).toBe(2)
    expect(stdout).toContain('Did you mean \\"Letter\\"')
  })

  test('what a producer reads must be there; then it is read, and nothing is written', async () => {
    const folder = await cliProject()
    const early = await probe(folder, '--producer', 'All')
    expect(early.code).toBe(2)
    expect(early.stdout).toContain('It reads what Producer:Letter[0] makes')
    expect((await cli(['run', 'letters.yaml', ...ROWS, '--quiet'], folder)).code).toBe(0)
    const log = join(folder, 'movies', 'letters', 'events.jsonl')
    const before = await readFile(log, 'utf8')
    expect((await probe(folder, '--producer', 'All')).code).toBe(0)
    expect(await readFile(log, 'utf8')).toBe(before)
    expect(await readdir(join(folder, 'movies'))).toEqual(['letters'])
  })
})
