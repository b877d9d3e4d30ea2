import { isReached, number } from './row.mjs'
import { shortfall } from './table.mjs'

/** @typedef {import('./row.mjs').Row & { scenario: string }} Row */

/** The rows as tables: those that have a goal for docs/performance.md, then the others for docs/performance/parts.md. @param {readonly Row[]} rows */
export function markdownTables(rows) {
  const withGoal = rows.filter(({ goal }) => goal !== undefined)
  const others = rows.filter(({ goal }) => goal === undefined)
  const goals = withGoal.map(row => [
    row.name,
    `${row.better} ${number(/** @type {number} */ (row.goal))} ${row.unit}`,
    isReached(row) ? `**${figure(row)}**` : figure(row),
    shortfall(row),
    row.measured,
    row.against,
  ])
  return [
    table(['what', 'goal', 'median [95 %]', '', 'measured', 'against'], goals),
    table(
      ['what', 'median [95 %]', 'measured', 'against'],
      others.map(row => [row.name, figure(row), row.measured, row.against]),
    ),
  ].join('\n\n')
}

/** @param {Row} row */
function figure({ value: { median, low, high, samples }, unit }) {
  return `${number(median)} ${unit}${samples.length > 1 ? ` [${number(low)}–${number(high)}]` : ''}`
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} lines */
export const table = (head, lines) =>
  [head, head.map(() => '---'), ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n')
