import { figureRow, speedRow } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'

/** Jobs for the elements of lists that the run makes, against the same jobs known from the start. */
export async function growth(/** @type {boolean} */ isSmoke) {
  const shapes = isSmoke
    ? [
        [50, 10],
        [1, 500],
      ]
    : [
        [100_000, 10],
        [1, 1_000_000],
      ]
  const rows = []
  for (const [lists, length] of /** @type {[number, number][]} */ (shapes)) {
    const turns = []
    for (let turn = 0; turn < (isSmoke ? 1 : 3); turn++) {
      const known = await runProgram('growth', ['known', lists, length])
      turns.push({ known, made: await runProgram('growth', ['made', lists, length]) })
    }
    const jobs = lists + lists * length
    const name =
      lists === 1
        ? `${count(jobs)} jobs, one list made in the run`
        : `${count(jobs)} jobs, ${count(lists)} lists made in the run`
    const against = 'the same jobs, known from the start'
    const pairs = { ours: turns.map(({ made }) => made.runMs), theirs: turns.map(({ known }) => known.runMs) }
    const ratios = turns.map(({ made, known }) => made.peakBytes / known.peakBytes)
    const [{ made, known }] = turns
    rows.push(
      speedRow({ name: `${name}: jobs/s`, goal: 0.8, amount: jobs, against }, pairs),
      figureRow(
        {
          name: `${name}: peak memory`,
          goal: 1.3,
          unit: '×',
          better: 'at most',
          measured: megabytes(made.peakBytes),
          against: `${megabytes(known.peakBytes)}, ${against}`,
        },
        ratios,
      ),
    )
  }
  return rows
}

const count = (/** @type {number} */ jobs) => jobs.toLocaleString('en-US')
const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`
