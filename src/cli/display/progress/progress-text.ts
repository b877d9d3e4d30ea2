import type { LimiterProgress, OutageProgress, ProducerProgress, RunProgress } from '../../../index.js'
import { formatCount, formatDollars, formatDuration } from '../output.js'
import { table } from '../table.js'

export function producerTable(producers: readonly ProducerProgress[]): string {
  return table(
    producers.map(row => {
      const done = row.succeeded + row.cached + row.failed + row.skipped
      const [first, last] = row.layers
      return [
        `  layer ${first === last ? first : `${first}–${last}`}`,
        row.producer,
        row.provider,
        `${formatCount(done)}/${formatCount(row.total)}`,
        row.active > 0 ? `${formatCount(row.active)} running` : done === row.total ? 'done' : '',
        row.failed > 0 ? `${formatCount(row.failed)} failed` : '',
      ]
    }),
  )
}

/** @param budgets what is left of each, in words */
export function totals(progress: RunProgress, budgets: readonly string[]): string {
  const { counts, total, active, elapsedMs, jobsPerSecond, costUsd } = progress
  const settled = counts.succeeded + counts.failed + counts.skipped + counts.cached
  const left = total - settled
  const parts = [`${formatCount(settled)}/${formatCount(total)} jobs`]
  if (counts.cached > 0) parts.push(`${formatCount(counts.cached)} already there`)
  parts.push(`${formatCount(active)} running`)
  if (counts.failed > 0) parts.push(`${formatCount(counts.failed)} failed`)
  if (progress.waitingReviews) parts.push(`${formatCount(progress.waitingReviews)} to judge`)
  if (progress.rejections.count > 0) parts.push(`${formatCount(progress.rejections.count)} rejected`)
  parts.push(`${formatCount(Math.round(jobsPerSecond))} jobs/s`)
  // A run that ended early leaves the rest to another one, and nobody knows how long a pause lasts.
  if (left > 0 && active > 0 && jobsPerSecond > 0)
    parts.push(`${formatDuration((left / jobsPerSecond) * 1_000)} left`)
  parts.push(formatDuration(elapsedMs))
  if (costUsd > 0 || budgets.length > 0) parts.push(formatDollars(costUsd))
  parts.push(...budgets)
  return parts.join(' · ')
}

/** What holds jobs back, one line for each limiter; no line for limiters that let everything through. */
export function limiterTexts(limiters: readonly LimiterProgress[]): string[] {
  return limiters.flatMap(({ name, inFlight, concurrency, requestsPerMinute, closedForMs }) => {
    const parts: string[] = []
    if (concurrency !== undefined && inFlight >= concurrency)
      parts.push(`${formatCount(concurrency)} at a time`)
    if (requestsPerMinute !== undefined) parts.push(`${formatCount(requestsPerMinute)}/min`)
    if (closedForMs !== undefined) parts.push(`paused ${formatDuration(closedForMs)} more`)
    return parts.length === 0 ? [] : [`${name}: ${parts.join(', ')}`]
  })
}

/** Services that do not answer, a line each. */
export function outageTexts(outages: readonly OutageProgress[]): string[] {
  return outages.map(({ service, error, nextTryInMs, givesUpInMs }) => {
    const next = nextTryInMs === 0 ? 'trying now' : `next try in ${formatDuration(nextTryInMs)}`
    return `${service}: closed, the service does not answer, ${next}, gives up in ${formatDuration(givesUpInMs)} (${error.code}: ${error.message})`
  })
}

/** The same, so many milliseconds later, when nothing has happened. */
export function aged(progress: RunProgress, byMs: number): RunProgress {
  const limiters = progress.limiters.map(({ closedForMs = 0, ...limiter }) =>
    closedForMs > byMs ? { ...limiter, closedForMs: closedForMs - byMs } : limiter,
  )
  const outages = progress.outages.map(outage => ({
    ...outage,
    forMs: outage.forMs + byMs,
    nextTryInMs: Math.max(0, outage.nextTryInMs - byMs),
    givesUpInMs: Math.max(0, outage.givesUpInMs - byMs),
  }))
  return { ...progress, elapsedMs: progress.elapsedMs + byMs, limiters, outages }
}
