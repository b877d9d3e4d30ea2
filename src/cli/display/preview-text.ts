import type { EstimateSums, MoviePreview, PreviewRow, ProducerEstimate, RunEstimate } from '../../index.js'
import { type TableNote, tableLines } from '../input/table-notes.js'
import { budgetLeft, budgetShortfall } from './budget-text.js'
import { REASON_WORDS, type ReasonWord } from './history/reason-words.js'
import { formatCount, formatDollars, formatDuration, printJson, printLine } from './output.js'
import { orphanedLines } from './overrides/orphaned-text.js'
import { pinnedLines } from './overrides/pinned-text.js'
import { reviewLines } from './review/review-text.js'
import { subsetText, untilText } from './subset-text.js'
import { table } from './table.js'

/** What `plan --json` prints. */
export interface PreviewOutput extends Pick<MoviePreview, 'movieId' | 'planHash' | 'counts' | 'estimate'> {
  /** Inputs that are tables, by name. */
  readonly inputs: Readonly<Record<string, TableNote>>
  /** By producer, in the order of layers. */
  readonly layers: MoviePreview['rows']
  /** Lists that are made by jobs which run first; absent when there are none. */
  readonly unknownLists?: MoviePreview['unknownLists']
  /** The jobs that those lists may lead to, by producer; absent when there are none. */
  readonly unknownJobs?: MoviePreview['unknownJobs']
  /** What people have to judge now; absent: nothing. */
  readonly review?: MoviePreview['review']
  /** With --against: what differs from an earlier run. */
  readonly against?: MoviePreview['against']
  readonly until?: MoviePreview['until']
  readonly subset?: MoviePreview['subset']
  /** Absent without one. */
  readonly budgets?: MoviePreview['budgets']
  /** Absent when there are none. */
  readonly orphaned?: MoviePreview['orphaned']
}

export async function printPreview(
  preview: MoviePreview,
  tables: Readonly<Record<string, TableNote>>,
  options: { json?: boolean },
): Promise<void> {
  const {
    movieId,
    planHash,
    counts,
    rows,
    unknownLists,
    unknownJobs,
    estimate,
    budgets,
    pinned,
    orphaned,
    until,
    subset,
  } = preview
  if (options.json) {
    await printJson<PreviewOutput>({
      movieId,
      planHash,
      inputs: tables,
      counts,
      layers: rows,
      ...(unknownLists.length > 0 && { unknownLists, unknownJobs }),
      estimate,
      ...(preview.against && { against: preview.against }),
      ...(preview.review && { review: preview.review }),
      ...(until && { until }),
      ...(subset && { subset }),
      ...(budgets.length > 0 && { budgets }),
      ...(orphaned.length > 0 && { orphaned }),
    })
    return
  }
  for (const line of tableLines(tables)) await printLine(line)
  await printLine(rowTable(preview))
  const { jobs, run, cached, reused, skipped } = counts
  const moved =
    reused > 0
      ? `, ${formatCount(reused)} ${reused === 1 ? 'takes a result' : 'take results'} made before (free)`
      : ''
  await printLine(
    run === 0
      ? `\n${movieId}: nothing to run; ${formatCount(cached)} of ${formatCount(jobs)} jobs are cached${moved}, ${formatCount(skipped)} skipped`
      : `\n${movieId}: ${formatCount(run)} of ${formatCount(jobs)} jobs to run, ${formatCount(cached)} cached${moved}, ${formatCount(skipped)} skipped`,
  )
  for (const line of waitingLines(counts)) await printLine(line)
  for (const line of unknownLines(unknownJobs)) await printLine(line)
  if (until) await printLine(untilText(until))
  if (subset) await printLine(subsetText(subset))
  if (estimate.calls > 0 || (estimate.most?.calls ?? 0) > 0) await printLine(estimateLine(estimate))
  for (const line of reviewLines(preview.review, movieId)) await printLine(line)
  for (const line of [...pinnedLines(pinned, movieId), ...orphanedLines(orphaned)]) await printLine(line)
  for (const budget of budgets) {
    const shortfall = budgetShortfall(budget)
    await printLine(`Budget: ${budgetLeft(budget)}.`)
    if (shortfall !== undefined) await printLine(`  ${shortfall}`)
  }
}

function rowTable({ rows, counts }: MoviePreview): string {
  const optional = (['waiting', 'reused'] as const).filter(name => (counts[name] ?? 0) > 0)
  const columns = ['jobs', 'run', 'cached', ...optional, 'skipped'] as const
  const header = ['layer', 'producer', 'provider', ...columns, 'why']
  const shown = rows.map(row => [
    row.layer,
    row.producer,
    whoText(row),
    ...columns.map(name => row[name] ?? 0),
    reasons(row.reasons),
  ])
  return table([header, ...shown])
}

/** The jobs that a run does not come to. */
function waitingLines({ waiting = 0 }: MoviePreview['counts']): string[] {
  if (waiting === 0) return []
  const [who, what] = waiting === 1 ? ['job waits', 'it reads'] : ['jobs wait', 'they read']
  return [`${formatCount(waiting)} ${who} for people to approve what ${what}.`]
}

/** What comes on top: jobs of lists that are made first. */
function unknownLines(unknown: MoviePreview['unknownJobs']): string[] {
  if (unknown.length === 0) return []
  const rows = unknown.map(({ producer, each, lists, min, max, expected, lastCount }) => {
    const ofOne = each === undefined ? '' : `${rangeText(min / lists, max / lists)} a ${each}`
    const inAll = `${rangeText(min, max)}${ofOne === '' ? '' : ' in all'}`
    const known =
      lastCount === undefined ? `${formatCount(expected)} expected` : `${formatCount(lastCount)} last time`
    const counts = lists === 1 && ofOne !== '' ? ofOne : [ofOne, inAll].filter(text => text !== '').join(', ')
    return `  ${producer}  ${counts} (${known})`
  })
  return ['Plus the jobs of lists that are not made yet:', ...rows]
}

const rangeText = (least: number, most: number): string =>
  least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`

function estimateLine({
  calls,
  tokens,
  costUsd,
  isAtMost,
  atMostUsd,
  unpriced,
  durationMs,
  producers,
  least,
  most,
}: RunEstimate): string {
  const range = (of: (sums: EstimateSums) => string) =>
    least && most && of(least) !== of(most) ? ` (${of(least)} to ${of(most)})` : ''
  const callCount = (sums: EstimateSums) => formatCount(sums.calls)
  const parts = [`about ${formatCount(calls)} ${calls === 1 ? 'call' : 'calls'}${range(callCount)}`]
  if (tokens > 0) parts.push(`${formatCount(tokens)} tokens${range(sums => formatCount(sums.tokens))}`)
  if (costUsd > 0 || unpriced.length === 0) {
    // The range says it already, unless one job may cost more than it will.
    const shownUsd = most?.costUsd ?? costUsd
    const isBounded = !isAtMost && atMostUsd !== undefined && atMostUsd > shownUsd * 1.01
    const bound = isBounded ? ` (at most ${formatDollars(atMostUsd)}, without retries)` : ''
    const cost = `${formatDollars(costUsd)}${range(sums => formatDollars(sums.costUsd))}`
    parts.push(`${isAtMost ? 'at most ' : ''}${cost}${bound}`)
  }
  if (durationMs !== undefined) parts.push(`${formatDuration(durationMs)}${range(durationText)}`)
  if (unpriced.length > 0) parts.push(`no price is known for ${unpriced.join(', ')}`)
  return [parts.join(' · '), ...producers.flatMap(basisLine)].join('\n')
}

const durationText = ({ durationMs }: EstimateSums): string =>
  durationMs === undefined ? 'not known' : formatDuration(durationMs)

/** How the estimate of a producer comes about, where jobs made before say it. */
function basisLine(estimate: ProducerEstimate): string[] {
  const { producer, basis, sampleCount, costUsd = 0, lowestUsd = 0, highestUsd = 0 } = estimate
  if (basis !== 'recorded' || highestUsd === 0) return []
  const range =
    lowestUsd === highestUsd ? '' : ` (${formatDollars(lowestUsd)} to ${formatDollars(highestUsd)})`
  const jobs = sampleCount === 1 ? '1 job' : `${formatCount(sampleCount)} jobs`
  return [`  ${producer}: ${formatDollars(costUsd)} a job${range}, as ${jobs} made before`]
}

/** `writer, else spare` */
const whoText = ({ provider, spares = [] }: PreviewRow): string =>
  [
    provider,
    ...spares.map(spare => `else ${spare.provider === provider ? spare.model : spare.provider}`),
  ].join(', ')

function reasons(counts: PreviewRow['reasons']): string {
  return Object.entries(counts)
    .map(([type, count]) => `${formatCount(count)} ${REASON_WORDS[type as ReasonWord]}`)
    .join(', ')
}
