import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, timeRow } from '../../report/row.mjs'
import { CONCURRENCY, oneLayer, timeRun, withEngine } from '../../support/engine.mjs'

const PROGRAM = fileURLToPath(new URL('../../programs/killed-run.mjs', import.meta.url))

/** A run that is killed half way by SIGKILL and run again, against a run of the jobs that were left. */
export async function resume(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 4_000 : 100_000
  const lefts = /** @type {number[]} */ ([])
  const madeTwice = /** @type {number[]} */ ([])
  return withEngine(async (engine, folder) => {
    await timeRun(engine, { movieId: 'warm-up', blueprint: oneLayer, inputs: { jobs: jobs / 10 } })
    const pairs = await measurePairs(isSmoke ? 1 : 5, {
      isWarm: true,
      ours: async pair => {
        const movieId = `killed-${pair}`
        const begun = await runAndKill(folder, movieId, jobs)
        const run = engine.run({ movieId, blueprint: oneLayer, inputs: { jobs } })
        let counts = { succeeded: 0, cached: 0 }
        const ms = await timed(async () => {
          const result = await run
          if (result.status !== 'succeeded') throw new Error(`the run ${result.status}`)
          counts = result.counts
        })
        lefts.push(counts.succeeded)
        madeTwice.push(Math.max(0, begun - counts.cached))
        return ms
      },
      theirs: pair =>
        timeRun(engine, {
          movieId: `whole-${pair}`,
          blueprint: oneLayer,
          inputs: { jobs: lefts.at(-1) ?? jobs / 2 },
        }),
    })
    const against = 'a run of only the jobs that were left'
    return [
      timeRow({ name: `resume after kill -9 in ${jobs.toLocaleString('en-US')} jobs`, against }, pairs),
      figureRow(
        {
          name: 'jobs told as made that were made again',
          unit: 'jobs',
          goal: 0,
          better: 'at most',
          measured: `${Math.round(median(lefts)).toLocaleString('en-US')} jobs were left`,
          against: `${CONCURRENCY} in flight at the kill`,
        },
        madeTwice,
      ),
    ]
  })
}

/** Kills a run in a process of its own half way; gives the number of jobs that it had told as succeeded. */
async function runAndKill(
  /** @type {string} */ folder,
  /** @type {string} */ movieId,
  /** @type {number} */ jobs,
) {
  const child = spawn(process.execPath, [PROGRAM, folder, movieId, String(jobs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  child.stdout.on('data', chunk => {
    told += chunk
    if (told.includes('\n')) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const count = Number(told.trim().split('\n').at(-1))
  if (!(count >= jobs / 2)) throw new Error(`the run was not killed half way but ended with ${told}`)
  return count
}
