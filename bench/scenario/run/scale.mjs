import { figureRow, number, speedRow } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'

/** The same jobs, few and many, in a fresh process: the rate must not fall, the memory not run away. */
export async function scale(/** @type {boolean} */ isSmoke) {
  const few = isSmoke ? 500 : 10_000
  const many = isSmoke ? 2_000 : 1_000_000
  const turns = []
  for (let turn = 0; turn < (isSmoke ? 1 : 3); turn++) turns.push(await runProgram('scale', [few, many]))
  const count = (/** @type {number} */ jobs) => jobs.toLocaleString('en-US')
  const pairs = {
    ours: turns.map(({ manyMs }) => manyMs / many),
    theirs: turns.map(({ fewMs }) => fewMs / few),
  }
  const megabytes = turns.map(({ peakBytes }) => peakBytes / 1e6)
  const grownBytes = turns.map(({ peakBytes, baseBytes }) => (peakBytes - baseBytes) / many)
  return [
    speedRow(
      {
        name: `jobs/s at ${count(many)} jobs`,
        goal: 0.8,
        amount: 1,
        against: `at ${count(few)} jobs`,
        why: 'The log, the manifest and the state grow with the jobs, and the collector of garbage goes through all of the state again and again.',
      },
      pairs,
    ),
    figureRow(
      {
        name: `peak memory at ${count(many)} jobs`,
        goal: 1_000,
        unit: 'MB',
        better: 'at most',
        measured: 'peak resident set of the whole process, two worker threads in it',
        against: `${number(turns[0].baseBytes / 1e6)} MB after ${count(few)} jobs: ${number(grownBytes[0])} bytes a job`,
        why: 'V8 lets its heap grow as long as the machine has memory; what is live at the end is much less.',
      },
      megabytes,
    ),
  ]
}
