import {
  describeCut,
  describeLimit,
  formatMs,
  formatRate,
  formatShare,
  type LevelResult,
  type ProbeReport,
} from '../../index.js'
import { formatCount, formatDuration } from './output.js'
import { table } from './table.js'

const HEADER = ['at once', 'calls/s', '±', 'p50', 'p95', 'p99', 'refused', 'failed', 'calls']

/** The levels as a table. */
export function levelTable(levels: readonly LevelResult[]): string {
  const sorted = [...levels].sort((a, b) => a.concurrency - b.concurrency)
  return table([HEADER, ...sorted.map(rowOf)])
}

function rowOf(level: LevelResult): (string | number)[] {
  const { concurrency, throughput, throughputError, latencyMs, refusedShare, failedShare, calls } = level
  return [
    concurrency,
    formatRate(throughput),
    formatRate(throughputError),
    formatMs(latencyMs.p50),
    formatMs(latencyMs.p95),
    formatMs(latencyMs.p99),
    formatShare(refusedShare),
    formatShare(failedShare),
    calls,
  ]
}

/** The outcome for a person. */
export function describeProbe(report: ProbeReport): string {
  const { levels, recommended, limitsBlock, calls, costUsd, durationMs, peak } = report
  const parts = [levelTable(levels), '']
  const cut = describeCut(report)
  if (cut !== undefined) parts.push(cut)
  if (peak !== undefined)
    parts.push(
      `${report.isComplete ? 'Peak' : 'Highest so far'}: ${formatRate(peak.throughput)} calls/s, with ${peak.concurrency} at once.`,
    )
  if (recommended !== undefined) parts.push(`Recommended: ${recommended.concurrency} at once.`)
  parts.push(`Limit: ${describeLimit(report)}`)
  const spent = costUsd > 0 ? ` · $${costUsd.toFixed(4)}` : ''
  parts.push(`${formatCount(calls)} calls in ${formatDuration(durationMs)}${spent}`)
  if (limitsBlock !== undefined) parts.push('', 'For the config:', '', limitsBlock.trimEnd())
  return parts.join('\n')
}
