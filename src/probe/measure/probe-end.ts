/** Why no further level is measured. */
export type PlanEnd =
  /** A limit was found, and looked at closely. */
  | 'found'
  /** Throughput still grew with the most calls at once that are allowed. */
  | 'max_concurrency'
  | 'calls'
  | 'time'

/** What ended a probe; `errors`: no call succeeded any more, whatever the load. */
export type ProbeEnd = PlanEnd | 'interrupted' | 'errors'
