import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEngine } from 'showrunner'

export const THREADS = 2
export const CONCURRENCY = 1_000

/** One producer looped `jobs` times. */
export const oneLayer = {
  name: 'flood',
  inputs: { jobs: 'integer' },
  loops: { job: { count: '${inputs.jobs}' } },
  producers: {
    Work: { loop: 'job', provider: 'noop', with: { number: '${index.job}' }, outputs: { Text: 'text' } },
  },
}

/** Two looped producers, each job of the second reads one of the first. */
export const twoLayers = {
  ...oneLayer,
  name: 'two-layers',
  producers: {
    ...oneLayer.producers,
    Follow: { loop: 'job', provider: 'noop', with: { text: '${Work[job].Text}' }, outputs: { Text: 'text' } },
  },
}

/**
 * Opens an engine on a folder of its own on the disk, durable as by default, and removes both.
 *
 * @template Result
 * @param {(engine: import('showrunner').Engine, folder: string) => Promise<Result>} use
 * @param {Partial<import('showrunner').EngineOptions>} [options]
 */
export async function withEngine(use, options = {}) {
  const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'showrunner-bench-'))
  const noop = fileURLToPath(new URL('noop-provider.mjs', import.meta.url))
  const engine = await openEngine({
    store: `file:${folder}`,
    threads: THREADS,
    concurrency: CONCURRENCY,
    providers: { noop: { module: noop } },
    ...options,
  })
  try {
    return await use(engine, folder)
  } finally {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {import('showrunner').Engine} engine
 * @param {import('showrunner').RunRequest} request
 * @returns {Promise<number>} milliseconds
 */
export async function timeRun(engine, request) {
  const startMs = performance.now()
  const result = await engine.run(request).finished
  if (result.status !== 'succeeded') throw new Error(`the run ${result.status}`)
  return performance.now() - startMs
}
