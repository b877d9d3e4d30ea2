/** How often one question about a remote job is asked before the attempt fails; the job stays, to be asked again. */
export const POLL_ATTEMPTS = 8
/** Longest delay between tries of the same question or download, unless the service asks for more. */
export const REMOTE_RETRY_MAX_MS = 30_000
/** Between two questions about a remote job, at first; each delay is a quarter longer than the one before. */
export const POLL_MS = 1_000
/** The longest delay that polling grows to. */
export const POLL_MAX_MS = 10_000
/** A question about a remote job that is not answered within this is asked again. */
export const POLL_TIMEOUT_MS = 60_000
/** Answers of "no such job" in a row that are believed. */
export const MISSING_CONFIRMATIONS = 3
