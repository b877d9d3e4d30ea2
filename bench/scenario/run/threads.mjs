import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { inline, openEngine } from 'showrunner'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { speedRow, timeRow } from '../../report/row.mjs'
import { oneLayer, timeRun } from '../../support/engine.mjs'
import { startSlowServer } from '../../support/slow-server.mjs'
import { withFolder } from '../../support/temporary-folder.mjs'
import { KINDS, work } from '../../work/work.mjs'
import workProvider from '../../work/work-provider.mjs'

const PROVIDER = fileURLToPath(new URL('../../work/work-provider.mjs', import.meta.url))
/** Jobs of each kind, so that each side takes about a second. */
const JOBS = { 'no-op': 50_000, waiting: 50_000, http: 5_000, hashing: 1_500, image: 120 }
/** As many in flight as users have: many where jobs wait. */
const AT_ONCE = { 'no-op': 1_000, waiting: 1_000, http: 500, hashing: 16, image: 16 }

/** Are threads worth it? The same jobs in two worker threads, in the engine's own thread, and in a bare loop. */
export async function threads(/** @type {boolean} */ isSmoke) {
  const server = await startSlowServer()
  try {
    return await withFolder(async folder => {
      const rows = []
      for (const kind of KINDS)
        rows.push(...(await rowsOf(folder, kind, isSmoke ? 20 : JOBS[kind], server.url, isSmoke)))
      return rows
    })
  } finally {
    await server.close()
  }
}

/**
 * @param {string} folder @param {typeof KINDS[number]} kind @param {number} jobs @param {string} url
 * @param {boolean} isSmoke
 */
async function rowsOf(folder, kind, jobs, url, isSmoke) {
  const concurrency = AT_ONCE[kind]
  const options = { store: `file:${folder}`, concurrency, threads: 2 }
  const pool = await openEngine({ ...options, providers: { work: { module: PROVIDER } } })
  const single = await openEngine({ ...options, providers: { work: inline(workProvider) } })
  const blueprint = {
    ...oneLayer,
    name: 'threads',
    producers: { Work: { ...oneLayer.producers.Work, provider: 'work', config: { kind, url } } },
  }
  const stalls = { pool: /** @type {number[]} */ ([]), single: /** @type {number[]} */ ([]) }
  /** Also notes how late the program's own timers were. */
  const run = async (
    /** @type {import('showrunner').Engine} */ engine,
    /** @type {'pool' | 'single'} */ name,
  ) => {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const ms = await timeRun(engine, {
      movieId: `${kind}-${name}-${Date.now()}`,
      blueprint,
      inputs: { jobs },
    })
    delay.disable()
    stalls[name].push(delay.percentile(99) / 1e6)
    return ms
  }
  const bare = () =>
    timed(async () => {
      const limit = pLimit(concurrency)
      await Promise.all(Array.from({ length: jobs }, () => limit(() => work(kind, url))))
    })
  try {
    const count = isSmoke ? 1 : 5
    const againstLoop = await measurePairs(count, { ours: () => run(pool, 'pool'), theirs: bare })
    const againstSingle = await measurePairs(count, {
      ours: () => run(pool, 'pool'),
      theirs: () => run(single, 'single'),
    })
    return [
      speedRow(
        { name: `${kind}: 2 threads and a log`, amount: jobs, against: 'a bare p-limit loop' },
        againstLoop,
      ),
      speedRow(
        { name: `${kind}: 2 threads`, amount: jobs, against: "the engine's own thread, inline provider" },
        againstSingle,
      ),
      timeRow(
        { name: `${kind}: stall of the program's own loop`, against: 'inline provider; p99 of a 1 ms timer' },
        { ours: stalls.pool.slice(-count), theirs: stalls.single.slice(-count) },
      ),
    ]
  } finally {
    await pool.close()
    await single.close()
  }
}
