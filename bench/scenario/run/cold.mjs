import { measurePairs } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, rate, speedRow } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'

/** Runs in processes that have done nothing before: loading, starting threads and compiling are in the time. */
export async function cold(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 500 : 40_000
  const ms = async (/** @type {string} */ how) => (await runProgram('cold-run', [how, jobs])).ms
  const pairs = await measurePairs(isSmoke ? 1 : 5, {
    ours: () => ms('engine'),
    theirs: () => ms('raw'),
    isWarm: true,
  })
  const rows = [
    speedRow(
      {
        name: 'no-op jobs in a cold process',
        goal: 0.8,
        amount: jobs,
        against: 'piscina.run() a job, no log, as cold',
        why: 'The engine, its storage and its blueprint reader are compiled and started within the time; Piscina is 20 files.',
      },
      pairs,
    ),
  ]
  for (const [latencyMs, concurrency] of isSmoke
    ? [[20, 100]]
    : [
        [200, 1_000],
        [500, 5_000],
      ]) {
    rows.push(...(await waiting(isSmoke ? 500 : 20_000, latencyMs, concurrency, isSmoke ? 1 : 3)))
    if (!isSmoke) rows.push(...(await waiting(100_000, latencyMs, concurrency, 1)))
  }
  return rows
}

const count = (/** @type {number} */ jobs) => jobs.toLocaleString('en-US')

/**
 * @param {number} jobs @param {number} latencyMs @param {number} concurrency @param {number} turnCount
 */
async function waiting(jobs, latencyMs, concurrency, turnCount) {
  const idealMs = Math.ceil(jobs / concurrency) * latencyMs
  const turns = []
  for (let turn = 0; turn < turnCount; turn++)
    turns.push(await runProgram('waiting-runs', [jobs, latencyMs, concurrency]))
  const row = (/** @type {string} */ state, /** @type {number[]} */ times) =>
    figureRow(
      {
        name: `${count(jobs)} jobs of ${latencyMs} ms, ${count(concurrency)} at once, ${state} process`,
        goal: 98,
        unit: '%',
        better: 'at least',
        measured: rate(jobs, median(times)),
        against: `${rate(jobs, idealMs)}, the ideal rate`,
        why: 'Whole runs: the plan before the first job, starting threads and the manifest after the last are in the time.',
      },
      times.map(ms => (idealMs / ms) * 100),
    )
  return [
    row(
      'cold',
      turns.map(({ coldMs }) => coldMs),
    ),
    row(
      'warm',
      turns.map(({ warmMs }) => warmMs),
    ),
  ]
}
