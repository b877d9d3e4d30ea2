/** Time a provider has to settle after its signal was aborted. */
export const ABORT_GRACE_MS = 5_000
/** An attempt without a `timeout` of its own ends after this. */
export const ATTEMPT_TIMEOUT_MS = 30 * 60_000
/** Progress of one job is passed on this often at most. */
export const PROGRESS_INTERVAL_MS = 200
