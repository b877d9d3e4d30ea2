/** When the limit has fallen to this share and latency has stayed above the other, load is not its cause. */
const FALL = 0.7
const FALL_LATENCY = 0.9

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

/** A call was taken. */
export function record(epoch: Epoch, latencyMs: number): void {
  epoch.latencyMs += latencyMs
  epoch.squares += latencyMs * latencyMs
  epoch.accepted++
}

/** Tells a service that has become slower for reasons of its own: fewer calls do not make it faster. */
export class LatencyFall {
  /** Where the limit began to fall. */
  #start: { readonly limit: number; readonly latencyMs: number } | undefined

  /** @param isFalling latency is so high that the limit falls */
  isInVain(isFalling: boolean, limit: number, latencyMs: number): boolean {
    if (!isFalling) {
      this.#start = undefined
      return false
    }
    this.#start ??= { limit, latencyMs }
    if (limit > FALL * this.#start.limit) return false
    const isInVain = latencyMs > FALL_LATENCY * this.#start.latencyMs
    this.#start = undefined
    return isInVain
  }
}
