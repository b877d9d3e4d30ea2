import { wayOut } from './describe-failure.js'
import type { ProbeReport } from './probe-report.js'

const REASONS = {
  interrupted: 'it was interrupted',
  calls: 'it had used the calls that were allowed',
  time: 'it had used the time that was allowed',
  errors: 'no call succeeded any more, whatever the load',
  found: 'it could not tell more',
  max_concurrency: 'it could not tell more',
} as const

/** Why a probe that was cut short recommends nothing, and how to go on; undefined for one that was not. */
export function describeCut(report: ProbeReport): string | undefined {
  const { isComplete, ended, calls, lastError } = report
  if (isComplete) return undefined
  const why = `Cut short after ${calls.toLocaleString('en-US')} calls: ${REASONS[ended]}.`
  return `${why} No limits are recommended, since they could be far off. ${goOn(ended, lastError)}`
}

function goOn(ended: ProbeReport['ended'], lastError: ProbeReport['lastError']): string {
  switch (ended) {
    case 'calls':
      return 'To find them, probe again with a higher --max-calls (maxCalls; 2,000 is the default).'
    case 'time':
      return 'To find them, probe again with a longer --max-time (maxTimeMs; 2m is the default).'
    case 'errors':
      return lastError === undefined
        ? 'Probe again when it does.'
        : `The last one failed: ${lastError.code}: ${lastError.message} ${wayOut(lastError, lastError.retryAfterMs ?? 0)}`
    default:
      return 'To find them, probe again and let it end.'
  }
}
