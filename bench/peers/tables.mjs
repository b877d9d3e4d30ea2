import { table } from '../support/markdown.mjs'
import { number } from '../support/row.mjs'

/** @param {any} result */
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

/** @param {any} result */
export function markdownTables({ rows, contenders }) {
  const kinds = [...new Set(rows.map((/** @type {any} */ { kind }) => kind))]
  const of = (/** @type {string} */ contender, /** @type {unknown} */ kind) =>
    rows.find((/** @type {any} */ row) => row.contender === contender && row.kind === kind)
  const figures = (/** @type {(row: any) => string} */ show) =>
    table(
      ['', .../** @type {string[]} */ (kinds)],
      contenders.map((/** @type {any} */ { name }) => [name, ...kinds.map(kind => show(of(name, kind)))]),
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
      contenders.map((/** @type {any} */ c) => [c.name, c.durable, c.ordered, c.resumable, c.where]),
    ),
  ].join('\n\n')
}
