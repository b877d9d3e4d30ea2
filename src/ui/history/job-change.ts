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

/** What a line of the log does to a job: gives it a state, changes what is kept of it, or asks for it once more. */
export const JOB_CHANGES = [...JOB_STATES, 'edited', 'pinned', 'unpinned', 'removed', 'asked'] as const
export type JobChange = (typeof JOB_CHANGES)[number]

export const stateNumber = (state: JobState): number => JOB_STATES.indexOf(state)
export const changeNumber = (change: JobChange): number => JOB_CHANGES.indexOf(change)

/** Whether a change is of a job's state, and not of what is kept of it. */
export const isState = (change: number): boolean => change < JOB_STATES.length
