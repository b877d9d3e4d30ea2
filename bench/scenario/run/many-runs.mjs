import { figureRow, number } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'

/** A program that stays: many small runs on one engine must leave nothing. */
export async function manyRuns(/** @type {boolean} */ isSmoke) {
  const [early, late] = isSmoke ? [10, 30] : [300, 900]
  const turns = []
  for (let turn = 0; turn < (isSmoke ? 1 : 3); turn++)
    turns.push(await runProgram('many-runs', [early, late]))
  const megabytes = (/** @type {number} */ bytes) => `${number(bytes / 1e6)} MB`
  return [
    figureRow(
      {
        name: `memory of an engine after ${late} runs`,
        goal: 1.25,
        unit: '×',
        better: 'at most',
        measured: `${megabytes(turns[0].lateBytes)}, resident, runs of 100 no-op jobs`,
        against: `${megabytes(turns[0].earlyBytes)} after ${early} runs`,
        why: 'Buffers of logs and manifests wait for the collector of garbage, so the figure goes up and down.',
      },
      turns.map(({ earlyBytes, lateBytes }) => lateBytes / earlyBytes),
    ),
    figureRow(
      {
        name: `a run after ${late} runs on the same engine`,
        goal: 1.1,
        unit: '×',
        better: 'at most',
        measured: `${number(turns[0].lateMs)} ms`,
        against: `${number(turns[0].earlyMs)} ms, a run after ${early / 2} to ${early}`,
      },
      turns.map(({ earlyMs, lateMs }) => lateMs / earlyMs),
    ),
  ]
}
