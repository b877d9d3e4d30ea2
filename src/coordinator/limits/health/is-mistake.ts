import type { JobSettled } from '../../../model/job.js'

type FailedOutcome = Extract<JobSettled['outcome'], { state: 'failed' }>

/**
 * A failure that may be a mistake in the producer's settings: also an answer that cannot be used, but not one that a
 * check has rejected.
 */
export const isMistake = ({ error: { code }, rejected }: FailedOutcome): boolean =>
  code === 'invalid' || code === 'bug' || (code === 'rejected' && rejected === undefined)
