/** @param {import('../main.mjs').Row} row */
export function printRow({ name, measured, against, value, direction, goal, unit }) {
  const isReached = direction === 'at least' ? value >= goal : value <= goal
  const figure = `${format(value)}${unit} (goal: ${direction} ${format(goal)}${unit}${isReached ? '' : ', not reached'})`
  console.log(
    `${name.padEnd(34)} ${figure.padEnd(48)} ${measured}${against === '' ? '' : ` against ${against}`}`,
  )
}

/** @param {number} value */
const format = value => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2))

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** @param {number} count @param {number} ms */
export const perSecond = (count, ms) => `${Math.round((count / ms) * 1_000).toLocaleString('en-US')}/s`
