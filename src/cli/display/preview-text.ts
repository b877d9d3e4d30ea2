import type { MoviePreview, PreviewRow, ProducerEstimate, RunEstimate } from '../../index.js'
import { type TableNote, tableLines } from '../input/table-notes.js'
import { budgetLeft } from './budget-text.js'
import { orphanedLines } from './orphaned-text.js'
import { formatCount, formatDollars, formatDuration, printJson, printLine } from './output.js'
import { pinnedLines } from './pinned-text.js'
import { subsetText } from './subset-text.js'
import { table } from './table.js'

export async function printPreview(
  preview: MoviePreview,
  tables: Readonly<Record<string, TableNote>>,
  options: { json?: boolean },
): Promise<void> {
  const { movieId, planHash, counts, rows, unknownLists, estimate, budgets, pinned, orphaned, subset } =
    preview
  if (options.json) {
    await printJson({
      movieId,
      planHash,
      inputs: tables,
      counts,
      layers: rows,
      ...(unknownLists.length > 0 && { unknownLists }),
      estimate,
      ...(subset && { subset }),
      ...(orphaned.length > 0 && { orphaned }),
    })
    return
  }
  for (const line of tableLines(tables)) await printLine(line)
  const hasReused = counts.reused > 0
  const free = hasReused ? ['reused'] : []
  const header = ['layer', 'producer', 'provider', 'jobs', 'run', 'cached', ...free, 'skipped', 'why']
  const shown = rows.map(row => [
    row.layer,
    row.producer,
    row.provider,
    row.jobs,
    row.run,
    row.cached,
    ...(hasReused ? [row.reused] : []),
    row.skipped,
    reasons(row.reasons),
  ])
  await printLine(table([header, ...shown]))
  const { jobs, run, cached, reused, skipped } = counts
  const moved = hasReused ? `, ${formatCount(reused)} take results made before (free)` : ''
  await printLine(
    run === 0
      ? `\n${movieId}: nothing to run; ${formatCount(cached)} of ${formatCount(jobs)} jobs are cached${moved}, ${formatCount(skipped)} skipped`
      : `\n${movieId}: ${formatCount(run)} of ${formatCount(jobs)} jobs to run, ${formatCount(cached)} cached${moved}, ${formatCount(skipped)} skipped`,
  )
  for (const lists of unknownLists) await printLine(unknownText(lists))
  if (subset) await printLine(subsetText(subset))
  if (estimate.calls > 0) await printLine(estimateLine(estimate))
  for (const line of [...pinnedLines(pinned, movieId), ...orphanedLines(orphaned)]) await printLine(line)
  for (const budget of budgets) await printLine(`Budget: ${budgetLeft(budget)}.`)
}

function unknownText({
  loop,
  lists,
  min,
  max,
  lastCount,
  expected,
}: MoviePreview['unknownLists'][number]): string {
  const each =
    lists === 1 ? 'a list that is not made yet' : `${formatCount(lists)} lists that are not made yet`
  const size = `${formatCount(min)} to ${formatCount(max)} elements${lists === 1 ? '' : ' each'}`
  const before = lastCount > 0 ? `${formatCount(lastCount)} last time` : `${formatCount(expected)} expected`
  return `Loop ${loop}: ${each}, ${size} (${lists === 1 ? '' : 'in all '}${before}); their jobs come on top`
}

function estimateLine({
  calls,
  tokens,
  costUsd,
  isAtMost,
  atMostUsd,
  unpriced,
  durationMs,
  producers,
}: RunEstimate): string {
  const parts = [`about ${formatCount(calls)} ${calls === 1 ? 'call' : 'calls'}`]
  if (tokens > 0) parts.push(`${formatCount(tokens)} tokens`)
  if (costUsd > 0 || unpriced.length === 0) {
    const bound = !isAtMost && atMostUsd !== undefined && atMostUsd > costUsd * 1.01
    const most = bound ? ` (at most ${formatDollars(atMostUsd)}, without retries)` : ''
    parts.push(`${isAtMost ? 'at most ' : ''}${formatDollars(costUsd)}${most}`)
  }
  if (durationMs !== undefined) parts.push(formatDuration(durationMs))
  if (unpriced.length > 0) parts.push(`no price is known for ${unpriced.join(', ')}`)
  return [parts.join(' · '), ...producers.flatMap(basisLine)].join('\n')
}

/** How the estimate of a producer comes about, where jobs made before say it. */
function basisLine(estimate: ProducerEstimate): string[] {
  const { producer, basis, sampleCount, costUsd = 0, lowestUsd = 0, highestUsd = 0 } = estimate
  if (basis !== 'recorded' || highestUsd === 0) return []
  const range =
    lowestUsd === highestUsd ? '' : ` (${formatDollars(lowestUsd)} to ${formatDollars(highestUsd)})`
  const jobs = sampleCount === 1 ? '1 job' : `${formatCount(sampleCount)} jobs`
  return [`  ${producer}: ${formatDollars(costUsd)} a job${range}, as ${jobs} made before`]
}

type ReasonKind = keyof PreviewRow['reasons']

const WORDS: Record<ReasonKind, string> = {
  settings: 'settings changed',
  missing: 'not made yet',
  failed: 'failed before',
  changed: 'inputs changed',
  interrupted: 'interrupted',
  regenerate: 'regenerate',
  upstream: 'after a job that runs',
  unread: 'compared during the run',
}

function reasons(counts: PreviewRow['reasons']): string {
  return Object.entries(counts)
    .map(([type, count]) => `${formatCount(count)} ${WORDS[type as ReasonKind]}`)
    .join(', ')
}
