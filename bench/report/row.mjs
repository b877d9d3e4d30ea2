import { estimate, median } from '../measure/statistics.mjs'

/**
 * One line of a result.
 *
 * @typedef {object} Row
 * @property {string} name what is measured; the key by which results are compared
 * @property {import('../measure/statistics.mjs').Estimate} value in `unit`
 * @property {string} unit
 * @property {'at least' | 'at most'} better the direction that is better
 * @property {number} [goal] in `unit`
 * @property {string} measured
 * @property {string} against what was measured in the same run, in turn
 * @property {string} [why] what stands in the way of the goal
 */

/**
 * @typedef {object} About
 * @property {string} name
 * @property {number} [goal]
 * @property {string} [why]
 */

/**
 * "So many times as fast": above 1 we win. Takes the milliseconds of both sides, pair by pair.
 *
 * @param {About & { amount: number, per?: string, against: string }} about
 * @param {import('../measure/measure.mjs').Pairs} pairs
 * @returns {Row}
 */
export function speedRow({ amount, per = '/s', against, ...about }, { ours, theirs }) {
  return {
    ...about,
    value: estimate(ours.map((ms, pair) => theirs[pair] / ms)),
    unit: '×',
    better: 'at least',
    measured: rate(amount, median(ours), per),
    against: `${rate(amount, median(theirs), per)}, ${against}`,
  }
}

/**
 * "So many times as long": below 1 we win.
 *
 * @param {About & { against: string }} about
 * @param {import('../measure/measure.mjs').Pairs} pairs
 * @returns {Row}
 */
export function timeRow({ against, ...about }, { ours, theirs }) {
  return {
    ...about,
    value: estimate(ours.map((ms, pair) => ms / theirs[pair])),
    unit: '×',
    better: 'at most',
    measured: duration(median(ours)),
    against: `${duration(median(theirs))}, ${against}`,
  }
}

/**
 * A figure with a goal of its own.
 *
 * @param {About & Pick<Row, 'unit' | 'better' | 'measured' | 'against'>} about
 * @param {readonly number[]} samples
 * @returns {Row}
 */
export const figureRow = (about, samples) => ({ ...about, value: estimate(samples) })

/** @param {Row} row */
export function isReached({ value, better, goal }) {
  if (goal === undefined) return undefined
  return better === 'at least' ? value.median >= goal : value.median <= goal
}

/** @param {number} amount @param {number} ms */
export const rate = (amount, ms, per = '/s') => `${number((amount / ms) * 1_000)}${per}`

/** @param {number} ms */
function duration(ms) {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms >= 100) return `${number(ms)} ms`
  if (ms >= 0.1) return `${ms.toFixed(2)} ms`
  return `${(ms * 1_000).toFixed(2)} µs`
}

/** Three digits that count. @param {number} value */
export function number(value) {
  if (value === 0) return '0'
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
