/** Mean latency of an epoch, in milliseconds. */
export const latencyOf = ({ latencyMs, accepted }: Epoch): number => latencyMs / accepted

/** The standard error of the mean: calls of different length are no sign of load. */
export function doubtOf({ latencyMs, squares, accepted }: Epoch): number {
  const variance = Math.max(0, squares / accepted - (latencyMs / accepted) ** 2)
  return Math.sqrt(variance / accepted)
}

/** A time with one limit, long enough to judge it. */
export interface Epoch {
  readonly startedAtMs: number
  accepted: number
  /** Sum over the accepted ones. */
  latencyMs: number
  /** Of the latencies, summed. */
  squares: number
  /** The limit was reached, so that a higher one would have been used. */
  isUsed: boolean
}

export const newEpoch = (startedAtMs: number): Epoch => ({
  startedAtMs,
  accepted: 0,
  latencyMs: 0,
  squares: 0,
  isUsed: false,
})
