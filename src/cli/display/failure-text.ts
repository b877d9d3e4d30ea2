import type { FailedJob, FailureGroup, RejectionCount, RowPlace } from '../../index.js'
import { formatCount } from './output.js'
import { shortenedText } from './shortened-text.js'
import { oneLineText } from './terminal-text.js'

/** ` (row 17 of rows)`; nothing for a job that is made from no row. */
export const rowText = (rows: readonly RowPlace[] = []): string =>
  rows.length === 0 ? '' : ` (${rows.map(({ input, row }) => `row ${row} of ${input}`).join(', ')})`

const GROUPS_SHOWN = 8
const MESSAGE_PLACES = 300

/** Failures by what they say, two lines each: how many and why, and which jobs. */
export function failureLines(groups: readonly FailureGroup[]): string[] {
  const lines = groups.slice(0, GROUPS_SHOWN).flatMap(({ code, message, count, jobs }) => {
    const short = shortenedText(oneLineText(message), MESSAGE_PLACES)
    const more = count > jobs.length ? `, and ${formatCount(count - jobs.length)} more` : ''
    return [`  ${formatCount(count)} × ${code}: ${short}`, `      ${jobs.map(jobText).join(', ')}${more}`]
  })
  if (groups.length > GROUPS_SHOWN)
    lines.push(`  and ${formatCount(groups.length - GROUPS_SHOWN)} other kinds`)
  return lines
}

const jobText = ({ jobId, rows }: FailedJob): string => `${jobId}${rowText(rows)}`

/** `3 answers rejected ($0.0300)`, by their checks. */
export function rejectionsText({ count, costUsd }: RejectionCount): string {
  const cost = costUsd > 0 ? ` ($${costUsd.toFixed(4)})` : ''
  return `${formatCount(count)} ${count === 1 ? 'answer' : 'answers'} rejected${cost}`
}
