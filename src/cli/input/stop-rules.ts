import { ShowrunnerError, type StopRules } from '../../index.js'

interface StopFlags {
  readonly stopFailureRate?: number | undefined
  readonly stopAfter?: number | undefined
}

/** @throws ShowrunnerError `USAGE_INVALID` for `--stop-after` alone */
export function stopRules({ stopFailureRate, stopAfter }: StopFlags): StopRules | undefined {
  if (stopFailureRate !== undefined) return { failureRate: stopFailureRate, after: stopAfter }
  if (stopAfter === undefined) return undefined
  throw new ShowrunnerError(
    'USAGE_INVALID',
    '--stop-after says from how many jobs on --stop-failure-rate counts. Give that one as well.',
  )
}
