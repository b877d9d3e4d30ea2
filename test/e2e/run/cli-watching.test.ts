import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** A folder with a movie of three jobs, whose provider is this module. */
async function project(code: string, entry: object = {}): Promise<string> {
  const folder = await temporaryFolder()
  const producer = { loop: 'n', provider: 'p', outputs: { Text: 'text' }, retry: { attempts: 1 } }
  const movie = { name: 'movie', loops: { n: { count: 3 } }, producers: { Clip: producer } }
  await writeFile(join(folder, 'movie.yaml'), JSON.stringify(movie))
  await writeFile(join(folder, 'p.mjs'), code)
  const config = { providers: { p: { module: './p.mjs', ...entry } } }
  await writeFile(join(folder, 'showrunner.config.yaml'), JSON.stringify(config))
  return folder
}

test('status lists jobs whose work is at their provider, and not those whose work is over', async () => {
  const folder = await project(`
    export async function produce({ indices }, { checkpoint }) {
      await checkpoint({ id: 'film-' + indices.n }, { isOver: indices.n === 2 })
      throw Object.assign(new Error('away'), { name: 'ProviderError', code: 'network' })
    }`)
  expect((await cli(['run', 'movie.yaml'], folder)).code).toBe(1)
  expect(jsonOf(await cli(['status', 'movie', '--json'], folder))).toMatchObject({
    pending: [
      { jobId: 'Producer:Clip[0]', checkpoint: { id: 'film-0' } },
      { jobId: 'Producer:Clip[1]', checkpoint: { id: 'film-1' } },
    ],
  })
  const { stdout } = await cli(['status', 'movie'], folder)
  expect(stdout).toContain('{"id":"film-1"}')
  expect(stdout).not.toContain('film-2')
})

test('run tells each warning once', async () => {
  const folder = await project(`
    export function produce({ indices }, { log }) {
      log('warn', 'the service is old')
      log('info', 'nothing to see')
      if (indices.n === 2) log('error', 'that was close')
      return { outputs: { Text: 'made' } }
    }`)
  const { code, stderr } = await cli(['run', 'movie.yaml', '--concurrency', '1'], folder)
  expect({ code, lines: stderr.trim().split('\n') }).toEqual({
    code: 0,
    lines: ['warning Producer:Clip[0]: the service is old', 'error Producer:Clip[2]: that was close'],
  })
  expect((await cli(['run', 'movie.yaml', '--regenerate', 'Clip', '--json'], folder)).stderr).toBe('')
})

test('--simulate takes as long, and costs as much, as the config says of the provider', async () => {
  const folder = await project('throw new Error("not to be loaded")', {
    latencyMs: { distribution: 'fixed', mean: 120 },
    priceUsd: { perMillionOutputTokens: 10_000 },
    config: { maxOutputTokens: 100, apiKey: { $env: 'NO_SUCH_KEY' } },
  })
  const result = await cli(['run', 'movie.yaml', '--simulate', '--budget', '10usd', '--json'], folder)
  expect(jsonOf(result)).toMatchObject({ status: 'succeeded', costUsd: 1.5 })
  const log = await cli(['log', 'movie-simulated', '--type', 'job.succeeded', '--json'], folder)
  const durations = log.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).durationMs as number)
  expect(Math.min(...durations)).toBeGreaterThanOrEqual(115)
})
