import { fileURLToPath } from 'node:url'
import { openEngine } from 'showrunner'
import { withFolder } from './temporary-folder.mjs'

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

/** One producer looped `jobs` times, by the simulated service. @param {object} config */
export const simulated = config => ({
  ...oneLayer,
  name: 'simulated',
  producers: { Work: { ...oneLayer.producers.Work, provider: 'simulate', config } },
})

/**
 * Opens an engine on a folder of its own on the disk, durable as by default, and removes both.
 *
 * @template Result
 * @param {(engine: import('showrunner').Engine, folder: string) => Promise<Result>} use
 * @param {Partial<import('showrunner').EngineOptions>} [options]
 */
export function withEngine(use, options = {}) {
  return withFolder(async folder => {
    const noop = fileURLToPath(new URL('../work/noop-provider.mjs', import.meta.url))
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
    }
  })
}

/**
 * @param {import('showrunner').Engine} engine
 * @param {import('showrunner').RunRequest} request
 * @returns {Promise<number>} milliseconds
 */
export async function timeRun(engine, request) {
  const startMs = performance.now()
  const result = await engine.run(request)
  if (result.status !== 'succeeded') throw new Error(`the run ${result.status}`)
  return performance.now() - startMs
}
