import type { ProviderErrorCode } from './provider-error.js'

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
  425: { code: 'overloaded' },
  429: { code: 'rate_limited' },
  451: { code: 'content' },
  503: { code: 'overloaded', isUnserved: true },
  // Cloudflare could not reach the service.
  521: { code: 'overloaded', isUnserved: true },
  522: { code: 'overloaded', isUnserved: true },
  523: { code: 'overloaded', isUnserved: true },
  // "Overloaded", as Anthropic says it.
  529: { code: 'overloaded', isUnserved: true },
}

/** No credit: a refusal that no waiting helps. */
const NO_CREDIT =
  /insufficient_quota|billing_hard_limit_reached|billing_not_active|credit balance is too low|insufficient[ _](?:credits?|balance|funds)|(?:run|are|ran) out of credits?|exceeded_current_quota|payment required/i
/** A quota by the day or the month, which does not come back while anybody waits. */
const LONG_QUOTA =
  /\bper[ _-]?(?:day|month)\b|\w+Per(?:Day|Month)|\b(?:daily|monthly)[ _-](?:\w+[ _-])?(?:limit|quota|usage|spend)|\b[RT]PD\b/
/** Google names the quota, and beside it a delay after which it is still used up. */
const GOOGLE_DAY = /"quotaId"\s*:\s*"[^"]*Per(?:Day|Month)/
/** A quota that rolls gives back a part of itself within this. */
const ROLLING_MS = 60_000

const UNKNOWN_MODEL =
  /model_not_found|DeploymentNotFound|not_found_error[^}]{0,40}\bmodel\b|\bmodels?\b[^\n]{0,120}\b(?:does not exist|do(?:es)? not have access|(?:is |was )?not (?:found|supported|available)|is not a valid model)|\b(?:unknown|invalid|no such) model\b/i

const WORDS: readonly (readonly [words: RegExp, meaning: ErrorMeaning])[] = [
  [
    /context_length_exceeded|maximum context length|context window|prompt is too long|string_above_max_length/i,
    { code: 'too_large' },
  ],
  [/content_policy_violation|content_filter|moderation_blocked|safety system/i, { code: 'content' }],
]

/**
 * What a response other than 2xx stands for. Where the status alone would mislead, the words of its body decide: a 429
 * for want of credit or by a quota of a day is `auth`, since no waiting helps.
 *
 * @param retryAfterMs the delay that the response asks for
 */
export function errorMeaning(status: number, body: string, retryAfterMs: number | undefined): ErrorMeaning {
  const general = BY_STATUS[status] ?? { code: status >= 400 && status < 500 ? 'invalid' : 'overloaded' }
  if (status >= 500) return general
  if (NO_CREDIT.test(body)) return { code: 'auth' }
  if (status === 429) {
    const isLong = GOOGLE_DAY.test(body) || (LONG_QUOTA.test(body) && (retryAfterMs ?? Infinity) > ROLLING_MS)
    return isLong ? { code: 'auth' } : general
  }
  const worded = WORDS.find(([words]) => words.test(body))?.[1]
  if (worded !== undefined) return worded
  const isOfModel = [400, 404, 422].includes(status) && UNKNOWN_MODEL.test(body)
  return isOfModel ? { code: 'invalid', isOfSetup: true } : general
}
