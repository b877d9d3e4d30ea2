import { LEAST_SAMPLES, ratioOfMedians } from '../measure/statistics.mjs'
import { number } from './row.mjs'

/** A change smaller than this is not worth a word, however surely it was measured. */
const LEAST_CHANGE = 0.03

/**
 * What became of a row since an earlier result.
 *
 * @typedef {object} Change
 * @property {string} name
 * @property {number} ratio later ÷ earlier
 * @property {number} low
 * @property {number} high
 * @property {'better' | 'worse' | 'within the noise' | 'too few samples'} verdict
 */

/**
 * Sets two results side by side. Their rows are ratios to a baseline of the same run, so the speed of the
 * machine on the day cancels out; a change counts when the whole interval of the ratio lies beyond 1 ± 3 %.
 *
 * @param {{ rows: readonly import('./row.mjs').Row[] }} later
 * @param {{ rows: readonly import('./row.mjs').Row[] }} earlier
 * @returns {Change[]}
 */
export function compareResults(later, earlier) {
  const before = new Map(earlier.rows.map(row => [row.name, row]))
  return later.rows.flatMap(row => {
    const old = before.get(row.name)
    if (old === undefined || old.unit !== row.unit) return []
    const { median: ratio, low, high } = ratioOfMedians(row.value.samples, old.value.samples)
    const verdict = verdictOf(row, old, low, high)
    return [{ name: row.name, ratio, low, high, verdict }]
  })
}

/**
 * @param {import('./row.mjs').Row} row @param {import('./row.mjs').Row} old @param {number} low @param {number} high
 * @returns {Change['verdict']}
 */
function verdictOf(row, old, low, high) {
  if (Math.min(row.value.samples.length, old.value.samples.length) < LEAST_SAMPLES) return 'too few samples'
  const isHigher = low > 1 + LEAST_CHANGE
  const isLower = high < 1 - LEAST_CHANGE
  if (!isHigher && !isLower) return 'within the noise'
  return isHigher === (row.better === 'at least') ? 'better' : 'worse'
}

/** @param {readonly Change[]} changes @param {{ commit: string, date: string }} earlier */
export function printChanges(changes, earlier) {
  console.log(`\nAgainst ${earlier.commit} of ${earlier.date.slice(0, 10)}, new ÷ old with 95 % interval:`)
  for (const { name, ratio, low, high, verdict } of changes)
    console.log(
      `  ${name.padEnd(44)} ${`${number(ratio)} × [${number(low)}–${number(high)}]`.padEnd(26)} ${verdict}`,
    )
  const outside = changes.filter(({ verdict }) => verdict === 'better' || verdict === 'worse')
  console.log(
    `  ${outside.length} of ${changes.length} outside the noise${outside.length === 0 ? '' : `: ${outside.map(({ name, verdict }) => `${name} (${verdict})`).join(', ')}`}`,
  )
}
