import type { MovieData } from '../../../src/ui/page-data.ts'
import { formatCount, formatDuration } from '../data/format.ts'

/** What keeps a run from being faster, in words; undefined when nothing is known to. */
export function holdUp({ run, live, states }: MovieData): string | undefined {
  if (run?.state !== 'running') return undefined
  if (!live)
    return states.retrying > 0 ? `${formatCount(states.retrying)} jobs wait to be tried again` : undefined
  const [outage] = live.outages
  if (outage) return `${outage.service} does not answer`
  const closed = live.limiters.find(({ closedForMs = 0 }) => closedForMs > 0)
  if (closed)
    return `${closed.name}: its service refuses, next attempt in ${formatDuration(closed.closedForMs ?? 0)}`
  const full = live.limiters.find(
    ({ inFlight, concurrency }) => concurrency !== undefined && inFlight >= concurrency,
  )
  if (full) return `${full.name}: at most ${formatCount(full.concurrency ?? 0)} at the same time`
  const paced = live.limiters.find(({ requestsPerMinute }) => requestsPerMinute !== undefined)
  if (paced && live.active < run.concurrency)
    return `${paced.name}: at most ${formatCount(paced.requestsPerMinute ?? 0)} a minute`
  if (live.active >= run.concurrency)
    return `concurrency: at most ${formatCount(run.concurrency)} jobs at the same time`
  return states.open > live.active ? 'jobs that wait for what they read' : undefined
}
