import { JOB_CHANGES, type JobChange } from '../../history/jobs/job-change.js'
import type { MovieHistory } from '../../history/movie-history.js'
import type { WhyData } from '../../page-jobs.js'

/** Digests of a success, by name. */
export type Digests = ReadonlyMap<string, string>

const ENDS: readonly JobChange[] = ['succeeded', 'failed', 'retrying', 'cancelled']

/** What of inputs and settings differs. */
function changedNames(before: Digests, now: Digests): string[] {
  const names = new Set([...before.keys(), ...now.keys()])
  return [...names].filter(name => before.get(name) !== now.get(name))
}

/**
 * Why the attempt ran that ended with a change, by what the log says of the job before.
 * @param earlier changes of the job before it, newest first
 * @param digestsOf of a change that is a success
 */
export function whyItRan(
  history: MovieHistory,
  change: number,
  earlier: readonly number[],
  digestsOf: (change: number) => Digests | undefined,
): WhyData | undefined {
  const kindOf = (at: number) => JOB_CHANGES[history.kindAt(at)]!
  if (!ENDS.includes(kindOf(change))) return undefined
  const attempt = history.attemptAt(change)
  for (const at of earlier) {
    const kind = kindOf(at)
    if (kind === 'submitted' && history.attemptAt(at) === attempt) continue
    if (kind === 'asked') return { type: 'asked' }
    if (kind === 'rejected') return { type: 'rejected' }
    if (kind === 'retrying') return { type: 'retry' }
    if (kind === 'failed') return { type: 'failed' }
    if (kind === 'submitted' || kind === 'cancelled') return { type: 'unfinished' }
    if (kind !== 'succeeded') continue
    const [before, now] = [digestsOf(at), digestsOf(change)]
    const names = before && now ? changedNames(before, now) : []
    return names.length === 0 ? { type: 'again' } : { type: 'changed', names }
  }
  return { type: 'first' }
}
