import type { SavedUp } from '../analyse/conclusion.js'
import { BELOW_RATE } from '../analyse/recommend.js'
import { formatRate } from './format-figure.js'
import type { ProbeReport } from './probe-report.js'

const ENDS = {
  max_concurrency: 'none was found up to the highest concurrency that was allowed (--max-concurrency).',
  calls: 'none was found with the calls that were allowed (--max-calls).',
  time: 'none was found in the time that was allowed (--max-time).',
  interrupted: 'none was found before the interruption.',
  errors: 'none was found before the calls began to fail.',
} as const

/** What keeps throughput from growing, in a sentence. */
export function describeLimit({ limit }: Pick<ProbeReport, 'limit'>): string {
  switch (limit.type) {
    case 'rate_limit':
      return `the service refuses calls above ${limit.requestsPerMinute.toLocaleString('en-US')} a minute.${savedUp(limit.savedUp)}`
    case 'quota':
      return `the service took ${limit.calls.toLocaleString('en-US')} calls and refused all that followed: a quota of a minute or longer, or what it had saved up before. What lasts was not measured; when the quota is of a minute, add requestsPerMinute: ${Math.max(1, Math.floor(limit.calls * BELOW_RATE))} to the limits.`
    case 'concurrency_cap':
      return `the service refuses more than ${limit.concurrency} calls at once.`
    case 'latency':
      return 'nothing is refused, but more calls at once mostly take longer.'
    case 'failures':
      return 'more calls at once fail or time out.'
    case 'local':
      return 'this machine: a thread, or the CPU, was busy all the time. The service may take more.'
    case 'none':
      return ENDS[limit.because]
  }
}

function savedUp(faster: SavedUp | undefined): string {
  if (faster === undefined) return ''
  const { throughput, concurrency } = faster
  return ` The first calls went through faster, up to ${formatRate(throughput)} a second with ${concurrency} at once, until what the service had saved up while it was idle was used up. That does not last, and is not recommended.`
}
