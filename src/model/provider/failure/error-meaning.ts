import type { ProviderErrorCode } from './provider-error.js'
import {
  GOOGLE_DAY,
  IS_GOOGLE,
  isLongQuota,
  isLongReached,
  NO_CREDIT,
  PLAN_IS_USED_UP,
  QUOTA_OF_NONE,
  REFUSED_CONTENT,
  REFUSED_KEY,
  TOO_LARGE,
  TOO_LARGE_FOR_LIMIT,
  UNKNOWN_MODEL,
} from './refusal-words.js'

/** What a failed response says by its status and its words. */
export interface ErrorMeaning {
  readonly code: ProviderErrorCode
  /** The service has not taken the request. */
  readonly isUnserved?: true
  /** Every job with the same account, model and settings is refused the same way. */
  readonly isOfSetup?: true
}

const BY_STATUS: Readonly<Record<number, ErrorMeaning>> = {
  401: { code: 'auth' },
  402: { code: 'auth' },
  403: { code: 'auth' },
  407: { code: 'auth' },
  408: { code: 'timeout' },
  413: { code: 'too_large' },
  420: { code: 'rate_limited' },
  423: { code: 'overloaded' },
  // What the service needs for its answer has failed (Bedrock, text-generation-inference).
  424: { code: 'overloaded' },
  425: { code: 'overloaded' },
  429: { code: 'rate_limited' },
  // Closed without an answer, by nginx and by what runs behind it.
  444: { code: 'overloaded' },
  449: { code: 'overloaded' },
  451: { code: 'content' },
  460: { code: 'overloaded' },
  499: { code: 'overloaded' },
  503: { code: 'overloaded', isUnserved: true },
  // Cloudflare could not reach the service.
  521: { code: 'overloaded', isUnserved: true },
  522: { code: 'overloaded', isUnserved: true },
  523: { code: 'overloaded', isUnserved: true },
  // "Overloaded", as Anthropic says it.
  529: { code: 'overloaded', isUnserved: true },
}

/** A quota that rolls gives back a part of itself within this. */
const ROLLING_MS = 60_000

/** Statuses of requests that are wrong, with which services also answer what is wrong for every request. */
const VAGUE_STATUSES: readonly number[] = [400, 404, 410, 412, 422]

/**
 * What a response other than 2xx stands for. Where the status alone would mislead, the words of its body decide: a 429 or
 * 5xx for want of credit or by a quota of a day is `auth`, since no waiting helps.
 *
 * @param retryAfterMs the delay that the response asks for
 */
export function errorMeaning(status: number, body: string, retryAfterMs: number | undefined): ErrorMeaning {
  const general = BY_STATUS[status] ?? { code: status >= 400 && status < 500 ? 'invalid' : 'overloaded' }
  if (status < 400) return general
  if (status >= 500) return isUsedUp(body, retryAfterMs) ? { code: 'auth' } : general
  if (status === 429 && TOO_LARGE_FOR_LIMIT.test(body)) return { code: 'too_large' }
  if (NO_CREDIT.test(body)) return { code: 'auth' }
  if (status === 429) return isLasting(body, retryAfterMs) ? { code: 'auth' } : general
  if (status === 409 && HELD.test(body)) return { code: 'overloaded' }
  if (TOO_LARGE.test(body)) return { code: 'too_large' }
  if (REFUSED_CONTENT.test(body)) return { code: 'content' }
  if (!VAGUE_STATUSES.includes(status)) return general
  if (REFUSED_KEY.test(body) || isLongQuota(body)) return { code: 'auth' }
  return UNKNOWN_MODEL.test(body) ? { code: 'invalid', isOfSetup: true } : general
}

/** A conflict with what is under way, and not with what is there. */
const HELD =
  /\b(?:un)?lock(?:ed)?\b|\bconcurren|\bin progress\b|being processed|\b(?:try|retry|again) (?:later|again)|try again|already (?:running|processing)|in use\b/i

/** A gateway that answers for want of credit, or by a quota of a day, as if it were broken. */
function isUsedUp(body: string, retryAfterMs: number | undefined): boolean {
  if (NO_CREDIT.test(body)) return true
  if (PLAN_IS_USED_UP.test(body)) return isPlanUsedUp(body, retryAfterMs)
  return isLongReached(body) && isLongWait(retryAfterMs)
}

/** A 429 that waiting does not help, in the time that anybody waits. */
function isLasting(body: string, retryAfterMs: number | undefined): boolean {
  if (GOOGLE_DAY.test(body) || QUOTA_OF_NONE.test(body)) return true
  if (PLAN_IS_USED_UP.test(body)) return isPlanUsedUp(body, retryAfterMs)
  return isLongQuota(body) && isLongWait(retryAfterMs)
}

const isPlanUsedUp = (body: string, retryAfterMs: number | undefined): boolean =>
  retryAfterMs === undefined && !IS_GOOGLE.test(body)

const isLongWait = (retryAfterMs = Number.POSITIVE_INFINITY): boolean => retryAfterMs > ROLLING_MS
