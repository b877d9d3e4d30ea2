import { nearestName } from '../../diagnostics/nearest-name.js'
import type { ProducerEstimate, RunEstimate } from '../../engine/estimate/estimate-run.js'
import type { MoviePreview } from '../../engine/operations/preview-movie.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JobId } from '../../model/id.js'
import type { PreviewRow, ReasonKind } from '../../plan/preview.js'
import { SETTINGS_DIGEST } from '../../plan/up-to-date/job-resolver.js'
import type { Verdict } from '../../plan/up-to-date/verdict.js'
import { describeReason } from '../../plan/up-to-date/verdict.js'
import { budgetLeft } from '../display/budget-text.js'
import { formatCount, formatDollars, formatDuration, printJson, printLine, table } from '../display/output.js'
import { pinnedLines } from '../display/pinned-text.js'
import { planRequest } from '../input/plan-request.js'
import { type TableNote, tableLines, tableNotes } from '../input/table-notes.js'
import { openFromCli } from '../open-from-cli.js'
import type { PlanOptions } from '../options.js'

export async function plan(blueprint: string, options: PlanOptions & { explain?: string }): Promise<void> {
  const request = await planRequest(blueprint, options)
  await using engine = await openFromCli(options)
  const preview = await engine.plan(request)
  if (options.explain === undefined) await printPreview(preview, tableNotes(request.inputs), options)
  else await explain(preview, options.explain, options.json === true)
}

export async function printPreview(
  preview: MoviePreview,
  tables: Readonly<Record<string, TableNote>>,
  options: { json?: boolean },
): Promise<void> {
  const { movieId, planHash, counts, rows, estimate, budgets, pinned } = preview
  if (options.json) {
    await printJson({ movieId, planHash, inputs: tables, counts, layers: rows, estimate })
    return
  }
  for (const line of tableLines(tables)) await printLine(line)
  const header = ['layer', 'producer', 'provider', 'jobs', 'run', 'cached', 'skipped', 'why']
  const shown = rows.map(row => [
    row.layer,
    row.producer,
    row.provider,
    row.jobs,
    row.run,
    row.cached,
    row.skipped,
    reasons(row.reasons),
  ])
  await printLine(table([header, ...shown]))
  const { jobs, run, cached, skipped } = counts
  await printLine(
    run === 0
      ? `\n${movieId}: nothing to run; ${formatCount(cached)} of ${formatCount(jobs)} jobs are cached, ${formatCount(skipped)} skipped`
      : `\n${movieId}: ${formatCount(run)} of ${formatCount(jobs)} jobs to run, ${formatCount(cached)} cached, ${formatCount(skipped)} skipped`,
  )
  if (estimate.calls > 0) await printLine(estimateLine(estimate))
  for (const line of pinnedLines(pinned, movieId)) await printLine(line)
  for (const budget of budgets) await printLine(`Budget: ${budgetLeft(budget)}.`)
}

function estimateLine({
  calls,
  tokens,
  cost,
  isAtMost,
  atMostUsd,
  unpriced,
  durationMs,
  producers,
}: RunEstimate): string {
  const parts = [`about ${formatCount(calls)} calls`]
  if (tokens > 0) parts.push(`${formatCount(tokens)} tokens`)
  if (cost > 0 || unpriced.length === 0) {
    const bound = !isAtMost && atMostUsd !== undefined && atMostUsd > cost * 1.01
    const most = bound ? ` (at most ${formatDollars(atMostUsd)}, without retries)` : ''
    parts.push(`${isAtMost ? 'at most ' : ''}${formatDollars(cost)}${most}`)
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

async function explain(preview: MoviePreview, id: string, isJson: boolean): Promise<void> {
  const whole = id.startsWith('Producer:') ? id : `Producer:${id}`
  // An artifact is explained by the job that makes it.
  const jobId = whole.split('.')[0] as JobId
  const explanation = preview.explain(jobId)
  if (!explanation) {
    const names = [...new Set(preview.rows.map(row => row.producer))]
    const producers = names.join(', ')
    const hint = nearestJob(preview, id, names)
    throw new ShowrunnerError(
      'JOB_UNKNOWN',
      `The plan has no job "${id}".${hint} Write it as Producer:Name[0]; its producers are ${producers}.`,
      { details: { job: id } },
    )
  }
  const { layer, verdict } = explanation
  const isOfSettings =
    verdict.type === 'run' &&
    verdict.reason.type === 'changed' &&
    verdict.reason.inputs.includes(SETTINGS_DIGEST)
  const settings = isOfSettings ? await preview.changedSettings(jobId) : []
  if (isJson) await printJson({ jobId, layer, ...verdict, ...(settings.length > 0 && { settings }) })
  else {
    const which = settings.length > 0 ? ` Of the settings: ${settings.join(', ')}.` : ''
    await printLine(`${jobId} (layer ${layer}) ${inWords(verdict)}${which}`)
  }
}

/** The job that was meant: of a misspelt producer, or without the index that it has or has not. */
function nearestJob(preview: MoviePreview, id: string, names: readonly string[]): string {
  const [, written = '', rest = ''] = /^(?:Producer:)?([^[.]*)(.*)$/.exec(id) ?? []
  const name = names.includes(written) ? written : nearestName(written, names)
  if (name === undefined) return ''
  const [indices = ''] = /^(\[\d+\])*/.exec(rest) ?? []
  const meant = [`${name}${indices}`, name, `${name}[0]`, `${name}[0][0]`, `${name}[0][0][0]`].find(
    job => preview.explain(`Producer:${job}` as JobId) !== undefined,
  )
  return meant === undefined ? '' : ` Did you mean "${meant}"?`
}

function inWords(verdict: Verdict): string {
  if (verdict.type === 'cached' && verdict.isPinned)
    return 'is pinned: everything it makes stays as it is, whatever it reads. "showrunner unpin" gives it back to its job.'
  if (verdict.type === 'cached') return 'is cached: its outputs exist and nothing it reads has changed.'
  if (verdict.type === 'run') return `would run: ${describeReason(verdict.reason)}.`
  if (verdict.reason.type === 'condition') return 'is skipped: its "when" is false.'
  return `is skipped: ${verdict.reason.jobId}, which it needs, ${verdict.reason.state === 'failed' ? 'failed' : 'is skipped'}.`
}
