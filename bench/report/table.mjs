import { isReached, number } from './row.mjs'

const NAME_WIDTH = 44

/** @param {import('./row.mjs').Row} row @param {boolean} isSmoke a verdict on it would say nothing */
export function printRow(row, isSmoke) {
  const { name, value, unit, measured, against } = row
  const spread = value.samples.length > 1 ? ` [${number(value.low)}–${number(value.high)}]` : ''
  const figure = `${number(value.median)} ${unit}${spread}`
  console.log(
    `  ${name.padEnd(NAME_WIDTH)} ${figure.padEnd(26)} ${(isSmoke ? '' : verdict(row)).padEnd(20)} ${measured}${against === '' ? '' : ` against ${against}`}`,
  )
}

/** The goals, and of those that are not reached by how much and why. @param {readonly import('./row.mjs').Row[]} rows */
export function printGoals(rows) {
  const withGoal = rows.filter(({ goal }) => goal !== undefined)
  if (withGoal.length === 0) return
  console.log('\nNumbers to hold:')
  for (const row of withGoal) {
    const { name, value, unit, better, goal } = row
    const target = `${better} ${number(/** @type {number} */ (goal))} ${unit}`
    console.log(
      `  ${name.padEnd(NAME_WIDTH)} ${target.padEnd(20)} ${`${number(value.median)} ${unit}`.padEnd(12)} ${shortfall(row)}`,
    )
    if (isReached(row) === false && row.why) console.log(`  ${''.padEnd(NAME_WIDTH)} ${row.why}`)
  }
}

/** @param {import('./row.mjs').Row} row */
export function shortfall(row) {
  if (isReached(row)) return 'reached'
  const off = Math.abs(row.value.median / /** @type {number} */ (row.goal) - 1) * 100
  return `not reached: ${off.toFixed(off < 9.95 ? 1 : 0)} % ${row.better === 'at least' ? 'short' : 'too much'}`
}

/** @param {import('./row.mjs').Row} row */
function verdict({ value, unit, better, goal, ...row }) {
  if (goal === undefined) return ''
  const mark = isReached({ ...row, value, unit, better, goal }) ? '✓' : '✗'
  return `${mark} ${better} ${number(goal)} ${unit}`
}
