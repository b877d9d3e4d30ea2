import type { AttemptAddress } from '../../../model/job.js'

/** Number of an attempt, unlike that of any other of the run. */
export const attemptNumber = ({ job, attempt }: AttemptAddress): number => job * ATTEMPT_LIMIT + attempt

/** A run has ten million jobs at most. */
const ATTEMPT_LIMIT = 100_000_000
