import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, number, rate, speedRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'

const BLOB_BYTES = 20 * 1024
const LATENCY_MS = 50

/** Pictures of 20 KiB made by jobs, against a plain loop of synced files with as many bytes. */
export async function smallBlobs(/** @type {boolean} */ isSmoke) {
  const bytes = fileURLToPath(new URL('../../work/bytes-provider.mjs', import.meta.url))
  return withEngine(
    async (engine, folder) => {
      const rows = []
      for (const concurrency of [5, 50]) {
        rows.push(...(await againstFiles({ engine, folder, isSmoke, concurrency })))
      }
      return [...rows, await slowProvider({ engine, folder, isSmoke, concurrency: 50 })]
    },
    { providers: { bytes: { module: bytes } } },
  )
}

/** @typedef {{ engine: import('showrunner').Engine, folder: string, isSmoke: boolean, concurrency: number }} Bench */

/** @param {Bench} bench */
async function againstFiles({ engine, folder, isSmoke, concurrency }) {
  const jobs = isSmoke ? 100 : 100 * concurrency + 2_000
  /** @type {number[]} */
  const cpu = []
  const pairs = await measurePairs(isSmoke ? 1 : 7, {
    ours: async pair => {
      const before = process.cpuUsage()
      const ms = await runOnce({ engine, folder }, { jobs, concurrency, salt: pair + 2 })
      const { user, system } = process.cpuUsage(before)
      if (pair >= 0) cpu.push((user + system) / 1_000 / jobs)
      return ms
    },
    theirs: async () => {
      const ms = await timed(() => syncedFiles(folder, jobs, concurrency))
      // As ours, removed when the clock stands.
      for (let index = 0; index < jobs; index++) await rm(join(folder, `plain-${index}`))
      return ms
    },
  })
  const name = `blobs of 20 KiB, ${concurrency} at once`
  return [
    speedRow(
      {
        name: `${name}, whole run`,
        goal: 1,
        amount: jobs,
        against: 'a plain loop: open, write, fdatasync, close, as many bytes, no hash, no log',
      },
      pairs,
    ),
    figureRow(
      {
        name: `${name}, CPU a job`,
        goal: 0.3,
        unit: 'ms',
        better: 'at most',
        measured: `${number(median(cpu))} ms, whole run, all threads`,
        against: 'nothing',
      },
      cpu,
    ),
  ]
}

/** @param {Bench} bench */
async function slowProvider({ engine, folder, isSmoke, concurrency }) {
  const jobs = isSmoke ? 200 : 5_000
  const idealMs = (jobs / concurrency) * LATENCY_MS
  const runs = []
  for (let round = 0; round < (isSmoke ? 1 : 5); round++) {
    const config = { jobs, concurrency, salt: 100 + round, latencyMs: LATENCY_MS }
    runs.push(await runOnce({ engine, folder }, config))
  }
  return figureRow(
    {
      name: '50 ms provider with blobs of 20 KiB, 50 at once',
      goal: 90,
      unit: '%',
      better: 'at least',
      measured: rate(jobs, median(runs)),
      against: `${rate(jobs, idealMs)}, the ideal rate`,
    },
    runs.map(ms => (idealMs / ms) * 100),
  )
}

/**
 * @param {Pick<Bench, 'engine' | 'folder'>} bench
 * @param {{ jobs: number, concurrency: number, salt: number, latencyMs?: number }} options
 */
async function runOnce({ engine, folder }, { jobs, concurrency, salt, latencyMs = 0 }) {
  const movieId = `movie-${concurrency}-${salt}`
  const work = oneLayer.producers.Work
  const blueprint = {
    ...oneLayer,
    name: 'small-blobs',
    inputs: { jobs: 'integer', salt: 'integer' },
    producers: {
      Work: {
        ...work,
        provider: 'bytes',
        config: { sizeBytes: BLOB_BYTES, latencyMs },
        with: { number: '${index.job}', salt: '${inputs.salt}' },
        outputs: { File: 'application/octet-stream' },
      },
    },
  }
  const ms = await timeRun(engine, { movieId, blueprint, inputs: { jobs, salt }, concurrency })
  await rm(join(folder, movieId), { recursive: true })
  return ms
}

/** @param {string} folder @param {number} count @param {number} concurrency */
async function syncedFiles(folder, count, concurrency) {
  const bytes = randomBytes(BLOB_BYTES)
  let next = 0
  const writer = async () => {
    while (next < count) {
      const path = join(folder, `plain-${next++}`)
      const file = await open(path, 'w')
      await file.writeFile(bytes)
      await file.datasync()
      await file.close()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, writer))
}
