import type { LimitAdjusted } from '../../../model/movie/event.js'
import type { Lane } from '../lane.js'
import type { LaneState } from '../lane-limits.js'

/** Changes below this share are not worth a line of the log. */
const SHARE = 0.05
const INTERVAL_MS = 1_000

/** Tells what lanes have learned, so that a run can be plotted and understood afterwards. */
export class LimitRecorder {
  readonly #records: { readonly lane: Lane; state: LaneState; atMs: number }[]

  constructor(lanes: readonly Lane[]) {
    this.#records = lanes.map(lane => ({ lane, state: lane.state, atMs: Number.NEGATIVE_INFINITY }))
  }

  take(nowMs: number, timestamp: string): readonly LimitAdjusted[] {
    const events: LimitAdjusted[] = []
    for (const record of this.#records) {
      if (nowMs - record.atMs < INTERVAL_MS) continue
      const { state } = record.lane
      if (!differs(record.state, state)) continue
      record.state = state
      record.atMs = nowMs
      events.push(adjusted(record.lane.name, state, timestamp))
    }
    return events
  }
}

function adjusted(
  lane: string,
  { concurrency, requestsPerMinute }: LaneState,
  timestamp: string,
): LimitAdjusted {
  return {
    type: 'limit.adjusted',
    lane,
    ...(Number.isFinite(concurrency) && { concurrency }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute: Math.round(requestsPerMinute) }),
    timestamp,
  }
}

const differs = (before: LaneState, now: LaneState): boolean =>
  isOff(before.concurrency, now.concurrency) || isOff(before.requestsPerMinute, now.requestsPerMinute)

function isOff(before: number | undefined, now: number | undefined): boolean {
  if (before === now) return false
  if (before === undefined || now === undefined) return true
  // Without a limit before, or from now on.
  if (!Number.isFinite(before) || !Number.isFinite(now)) return true
  return !(Math.abs(now - before) <= SHARE * before)
}
