/** One batch of a list: how many of its elements have ended, and how many of those were accepted. */
export interface Batch {
  readonly size: number
  readonly settled: number
  readonly accepted: number
}

/** Where a list stands whose elements are tried until enough are accepted. */
export interface TrialState {
  readonly wanted: number
  /** The most elements that may be tried. */
  readonly attempts: number
  /** Elements so far, and how many of them have ended and were accepted. */
  readonly count: number
  readonly settled: number
  readonly accepted: number
  /** Elements that were tried in earlier runs: what they made is there, and costs nothing. */
  readonly reached: number
  readonly batches: readonly Batch[]
}

/** A batch says something once so much of it has ended; the rest is counted as accepted. */
const BATCH_SHARE = 0.9
/** Of the upper bound for the share that is accepted: one-sided 95 %. */
const Z = 1.645
/** So many more may be under way than are missing, for each that has ended. It bounds what is tried in vain. */
const SPARE_SHARE = 1 / 8
/** Less than this share of what should be under way is not worth a batch of its own. */
const BATCH_MIN_SHARE = 1 / 4

/**
 * How many elements to add now. As many as are missing can never be too many; more only as far as the share that was
 * accepted so far, at its best (upper bound of Wilson's interval), still makes all of them necessary, and not more than
 * an eighth of what was tried. Elements that are rejected end sooner than those that are accepted, so only batches of
 * which nearly all have ended say what the share is.
 */
export function candidatesToTry(state: TrialState): number {
  const { wanted, attempts, count, settled, accepted, reached } = state
  const missing = wanted - accepted
  if (missing <= 0) return 0
  const underWay = count - settled
  const mayBeEnough = count <= reached && underWay > 0
  const target = mayBeEnough
    ? missing
    : Math.min(Math.floor(missing / upperShare(state.batches)), missing + Math.floor(settled * SPARE_SHARE))
  const limit = count < reached ? Math.min(attempts, reached) : attempts
  const more = Math.min(target - underWay, limit - count)
  if (more <= 0) return 0
  return underWay > 0 && more < target * BATCH_MIN_SHARE && more < limit - count ? 0 : more
}

/** Upper bound of the share that is accepted. */
function upperShare(batches: readonly Batch[]): number {
  let tried = 0
  let accepted = 0
  for (const batch of batches) {
    if (batch.settled < BATCH_SHARE * batch.size) continue
    tried += batch.size
    accepted += batch.accepted + batch.size - batch.settled
  }
  if (tried === 0) return 1
  const share = accepted / tried
  const spread = Z * Math.sqrt((share * (1 - share)) / tried + (Z * Z) / (4 * tried * tried))
  return Math.min(1, (share + (Z * Z) / (2 * tried) + spread) / (1 + (Z * Z) / tried))
}
