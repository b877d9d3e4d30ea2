import type { ProbeReport } from './probe-report.js'

const REASONS = {
  max_concurrency: 'the most calls at once that the probe may make (--max-concurrency)',
  calls: 'the calls that the probe may make (--max-calls)',
  time: 'the time that the probe may take (--max-time)',
  interrupted: 'the interruption',
} as const

/** What keeps throughput from growing, in a sentence. */
export function describeLimit({ limit }: Pick<ProbeReport, 'limit'>): string {
  switch (limit.type) {
    case 'rate_limit':
      return `the service refuses calls above ${limit.requestsPerMinute.toLocaleString('en-US')} a minute.`
    case 'concurrency_cap':
      return `the service refuses more than ${limit.concurrency} calls at once.`
    case 'latency':
      return 'the service: beyond that calls only take longer.'
    case 'failures':
      return 'the service: beyond that calls fail.'
    case 'local':
      return 'this machine: a thread, or the CPU, was busy all the time. The service may take more.'
    case 'none':
      return `none was found up to ${REASONS[limit.because]}; throughput was still growing.`
  }
}
