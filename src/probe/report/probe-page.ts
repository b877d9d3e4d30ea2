import { uslThroughput } from '../analyse/fit-usl.js'
import type { LevelResult } from '../measure/level-result.js'
import { nearestLevel } from '../measure/nearest-level.js'
import { type Chart, drawChart } from './chart.js'
import { describeCut } from './describe-cut.js'
import { describeLimit } from './describe-limit.js'
import { formatMs, formatRate, formatShare } from './format-figure.js'
import { PAGE_STYLE } from './page-style.js'
import type { ProbeReport } from './probe-report.js'

/** The report as one HTML page, which needs nothing beside it. */
export function probePage(report: ProbeReport): string {
  const { provider, producer, limitsBlock } = report
  const subject = producer === 'Probe' ? '' : ` <small>${escaped(producer)}</small>`
  const block =
    limitsBlock === undefined ? '' : `<h2>For the config</h2><pre>${escaped(limitsBlock.trimEnd())}</pre>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Probe of ${escaped(provider)}</title><style>${PAGE_STYLE}</style></head><body>
<h1>Probe of ${escaped(provider)}${subject}</h1>
${facts(report)}${cutShort(report)}
<div class="charts">${drawChart(throughputChart(report))}${drawChart(latencyChart(report))}</div>
<h2>Levels</h2><div class="scroll">${levelsTable(report)}</div>
${block}
<p>${footnote(report)}</p>
</body></html>
`
}

function cutShort(report: ProbeReport): string {
  const text = describeCut(report)
  return text === undefined ? '' : `<p class="cut">${escaped(text)}</p>`
}

function facts(report: ProbeReport): string {
  const { recommended, peak } = report
  const fact = ([name, value]: readonly [string, string], isWide = false) =>
    `<div${isWide ? ' class="wide"' : ''}><dt>${name}</dt><dd>${escaped(value)}</dd></div>`
  const figures: [string, string][] = []
  if (recommended !== undefined) figures.push(['Recommended', `${recommended.concurrency} at once`])
  if (recommended?.requestsPerMinute !== undefined)
    figures.push(['and', `${recommended.requestsPerMinute.toLocaleString('en-US')} a minute`])
  if (peak !== undefined)
    figures.push([report.isComplete ? 'Peak' : 'Highest so far', `${formatRate(peak.throughput)}/s`])
  const limit = describeLimit(report)
  const sentence = `${limit[0]!.toUpperCase()}${limit.slice(1)}`
  return `<dl class="facts">${figures.map(figure => fact(figure)).join('')}${fact(['Limit', sentence], true)}</dl>`
}

function throughputChart({ levels, usl, recommended }: ProbeReport): Chart {
  const measured = levels.map(({ concurrency, throughput, throughputError }) => ({
    x: concurrency,
    y: throughput,
    error: throughputError,
  }))
  // A line between two levels would not bend.
  const last = levels.at(-1)?.concurrency ?? 1
  const xs = Array.from({ length: 61 }, (_, at) => last ** (at / 60))
  const law = usl && xs.map(x => ({ x, y: uslThroughput(usl, x) }))
  const highest = Math.max(...measured.map(({ y }) => y))
  return {
    title: 'Throughput',
    unit: 'accepted calls a second',
    series: [
      ...(law?.every(({ y }) => y < 1.5 * highest)
        ? [{ name: 'law', colour: 'soft', points: law, isDashed: true }]
        : []),
      { name: 'measured', colour: 'blue', points: measured },
    ],
    ...markOf(recommended),
  }
}

function latencyChart({ levels, recommended }: ProbeReport): Chart {
  const accepted = levels.filter(level => level.accepted > 0)
  const curve = (key: 'p50' | 'p95' | 'p99') =>
    accepted.map(({ concurrency, latencyMs }) => ({ x: concurrency, y: latencyMs[key] }))
  return {
    title: 'Latency',
    unit: 'ms, of accepted calls',
    series: [
      { name: 'p50', colour: 'green', points: curve('p50') },
      { name: 'p95', colour: 'amber', points: curve('p95') },
      { name: 'p99', colour: 'red', points: curve('p99') },
    ],
    ...markOf(recommended),
  }
}

const markOf = (recommended: ProbeReport['recommended']): Pick<Chart, 'mark'> =>
  recommended === undefined
    ? {}
    : { mark: { x: recommended.concurrency, label: `recommended: ${recommended.concurrency}` } }

const COLUMNS = [
  'at once',
  'calls/s',
  '±',
  'p50',
  'p90',
  'p95',
  'p99',
  'max',
  'refused',
  'errors',
  'calls',
  'busiest thread',
  'CPU',
]

function levelsTable({ levels, recommended }: ProbeReport): string {
  const rows = levels.map(level => cellsOf(level).map(String))
  // Most services refuse nothing, and nothing fails.
  const shown = COLUMNS.map((_, at) => rows.some(cells => cells[at] !== ''))
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    cells
      .map((cell, at) => (shown[at] ? `<${tag}${attributesOf(at)}>${escaped(cell)}</${tag}>` : ''))
      .join('')
  const best = recommended && nearestLevel(levels, recommended.concurrency)
  const body = rows.map(
    (cells, at) => `<tr${levels[at] === best ? ' class="best"' : ''}>${row(cells, 'td')}</tr>`,
  )
  return `<table><thead><tr>${row(COLUMNS, 'th')}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

/** On a narrow page the rows are stacked, and each value has its column's name above it. */
const attributesOf = (at: number): string =>
  `${COLUMNS[at] === 'errors' ? ' class="words"' : ''} data-name="${COLUMNS[at]}"`

function cellsOf(level: LevelResult): (string | number)[] {
  const { concurrency, throughput, throughputError, latencyMs, refusedShare, errors, calls, local } = level
  return [
    concurrency,
    formatRate(throughput),
    formatRate(throughputError),
    ...[latencyMs.p50, latencyMs.p90, latencyMs.p95, latencyMs.p99, latencyMs.max].map(formatMs),
    formatShare(refusedShare),
    Object.entries(errors)
      .map(([code, count]) => `${count} ${code}`)
      .join(', '),
    calls,
    formatShare(local.busiestThread),
    `${local.cpuCores.toFixed(2)} cores`,
  ]
}

function footnote({ calls, costUsd, durationMs, usl, isInterrupted }: ProbeReport): string {
  const parts = [`${calls.toLocaleString('en-US')} calls in ${(durationMs / 1_000).toFixed(1)} s`]
  if (costUsd > 0) parts.push(`$${costUsd.toFixed(4)}`)
  if (isInterrupted) parts.push('interrupted')
  if (usl !== undefined) {
    const { lambda, sigma, kappa, residual, peakConcurrency } = usl
    const peak = peakConcurrency === undefined ? '' : `, with its peak at ${Math.round(peakConcurrency)}`
    parts.push(
      `Universal Scalability Law: λ ${formatRate(lambda)}/s, σ ${sigma.toFixed(4)}, κ ${kappa.toFixed(6)}${peak}; off by ${formatShare(residual)}`,
    )
  }
  parts.push('± is half the 95 % confidence interval; warm-up is cut off')
  return parts.join(' · ')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => text.replace(/[&<>"]/g, character => ENTITIES[character]!)
