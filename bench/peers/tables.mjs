import { table } from '../report/markdown.mjs'
import { number } from '../report/row.mjs'

/**
 * What the peers did, as `--json` writes it.
 *
 * @typedef {object} Interval
 * @property {number} median
 * @property {number} low
 * @property {number} high
 *
 * @typedef {object} PeerRow
 * @property {string} contender
 * @property {string} kind
 * @property {number} jobs
 * @property {Interval} jobsPerSecond
 * @property {Interval} timesAsFast as the engine
 * @property {Interval} cpuMicrosecondsPerJob
 * @property {Interval} memoryMegabytes
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} durable
 * @property {string} ordered
 * @property {string} resumable
 * @property {string} where its jobs run
 *
 * @typedef {object} PeersResult
 * @property {string} commit
 * @property {string} date
 * @property {readonly PeerRow[]} rows
 * @property {readonly Contender[]} contenders
 */

/** @param {PeersResult} result */
export function printPeers({ rows }) {
  let kind = ''
  for (const row of rows) {
    if (row.kind !== kind) console.log(`\n${row.kind}`)
    kind = row.kind
    const { low, high, median } = row.timesAsFast
    console.log(
      [
        `  ${row.contender.padEnd(22)}`,
        `${number(row.jobsPerSecond.median)} jobs/s`.padEnd(18),
        `${number(median)} × [${number(low)}–${number(high)}]`.padEnd(24),
        `${number(row.cpuMicrosecondsPerJob.median)} µs CPU a job`.padEnd(24),
        `${number(row.memoryMegabytes.median)} MB, ${row.jobs.toLocaleString('en-US')} jobs`,
      ].join(' '),
    )
  }
}

/** @param {PeersResult} result */
export function markdownTables({ rows, contenders }) {
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  const of = (/** @type {string} */ contender, /** @type {string} */ kind) =>
    rows.find(row => row.contender === contender && row.kind === kind)
  const figures = (/** @type {(row: PeerRow) => string} */ show) =>
    table(
      ['', ...kinds],
      contenders.map(({ name }) => [name, ...kinds.map(kind => show(of(name, kind)))]),
    )
  return [
    figures(
      ({ jobsPerSecond, timesAsFast }) => `${number(jobsPerSecond.median)} (${number(timesAsFast.median)} ×)`,
    ),
    figures(
      ({ cpuMicrosecondsPerJob, memoryMegabytes }) =>
        `${number(cpuMicrosecondsPerJob.median)} µs · ${number(memoryMegabytes.median)} MB`,
    ),
    table(
      ['', 'durable?', 'ordered?', 'resumable?', 'jobs run in'],
      contenders.map(c => [c.name, c.durable, c.ordered, c.resumable, c.where]),
    ),
  ].join('\n\n')
}
