import type { RateLimitReport } from '../../../model/provider/rate-limit.js'
import type { ResponseClass } from '../response-class.js'

/** Refusals have a test of their own. */
export const IS_TROUBLED: Readonly<Record<ResponseClass, boolean | undefined>> = {
  accepted: false,
  answered: false,
  refused: undefined,
  troubled: true,
  unknown: undefined,
}

/** What came back. */
export interface Answered {
  readonly responseClass: ResponseClass
  readonly retryAfterMs: number | undefined
  readonly limits: RateLimitReport | undefined
  /** Attempts in flight when it was sent, itself counted. */
  readonly level: number
}

/** When the service wants a refused call again; undefined: it has not said. */
export function untilOf({ retryAfterMs, limits }: Answered, nowMs: number): number | undefined {
  const waitMs = retryAfterMs ?? limits?.retryAfterMs
  return waitMs === undefined ? undefined : nowMs + waitMs
}
