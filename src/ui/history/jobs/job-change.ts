/** How a job stands; `open`: it has not been made, and nothing is known of an attempt. */
export const JOB_STATES = [
  'open',
  'submitted',
  'retrying',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
] as const
export type JobState = (typeof JOB_STATES)[number]

const OVERRIDES = ['edited', 'pinned', 'unpinned', 'removed'] as const
/**
 * What a line of the log does to a job: gives it a state, overrides what it has made, asks to regenerate it, or judges
 * a version.
 */
export const JOB_CHANGES = [...JOB_STATES, ...OVERRIDES, 'asked', 'approved', 'rejected'] as const
export type JobChange = (typeof JOB_CHANGES)[number]

export const stateNumber = (state: JobState): number => JOB_STATES.indexOf(state)
export const changeNumber = (change: JobChange): number => JOB_CHANGES.indexOf(change)

/** Whether a change is of a job's state. */
export const isState = (change: number): boolean => change < JOB_STATES.length

const FIRST_DECISION = changeNumber('approved')

/** Whether a person has judged a version; what the job has stays the same. */
export const isDecision = (change: number): boolean => change >= FIRST_DECISION

/** Whether an artifact was edited, pinned, unpinned or removed by hand. */
export const isOverride = (change: number): boolean =>
  (OVERRIDES as readonly string[]).includes(JOB_CHANGES[change]!)
