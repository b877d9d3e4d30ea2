import type { LimitChange } from '../run-limits.js'
import type { Limiter } from './limiter.js'
import type { LimiterState } from './limiter-state.js'

/** Changes below this share are not worth a line of the log. */
const SHARE = 0.05
const INTERVAL_MS = 1_000

/** Notes what limiters have learned, so that a run can be plotted and understood afterwards. */
export class LimitRecorder {
  readonly #records: { readonly limiter: Limiter; state: LimiterState; atMs: number }[]

  constructor(limiters: readonly Limiter[]) {
    this.#records = limiters.map(limiter => ({
      limiter,
      state: limiter.state,
      atMs: Number.NEGATIVE_INFINITY,
    }))
  }

  /** What has changed since it was taken last. */
  take(nowMs: number): readonly LimitChange[] {
    const changes: LimitChange[] = []
    for (const record of this.#records) {
      if (nowMs - record.atMs < INTERVAL_MS) continue
      const { state } = record.limiter
      if (!differs(record.state, state)) continue
      record.state = state
      record.atMs = nowMs
      changes.push(changeOf(record.limiter.name, state))
    }
    return changes
  }
}

function changeOf(limiter: string, { concurrency, requestsPerMinute }: LimiterState): LimitChange {
  return {
    limiter,
    ...(Number.isFinite(concurrency) && { concurrency }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute: Math.round(requestsPerMinute) }),
  }
}

const differs = (before: LimiterState, now: LimiterState): boolean =>
  isOff(before.concurrency, now.concurrency) || isOff(before.requestsPerMinute, now.requestsPerMinute)

function isOff(before: number | undefined, now: number | undefined): boolean {
  if (before === now) return false
  if (before === undefined || now === undefined) return true
  // Without a limit before, or from now on.
  if (!Number.isFinite(before) || !Number.isFinite(now)) return true
  return !(Math.abs(now - before) <= SHARE * before)
}
