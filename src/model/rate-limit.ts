import { RETRY_AFTER_LIMIT_MS } from './limit.js'

/** What a service says about one of its allowances. */
interface Allowance {
  /** Units an interval has, when full. */
  readonly limit?: number
  /** Units left. */
  readonly remaining?: number
  /** Milliseconds until it is full again. */
  readonly resetMs?: number
}

/** What the headers of one response say about limits; all of them are optional. */
export interface RateLimitReport {
  /** Milliseconds that the service wants nobody to call it. */
  readonly retryAfterMs?: number
  readonly requests?: Allowance
  readonly tokens?: Allowance
}

/** `Headers` of fetch, or a mapping with lower-case names, as of Node. */
export type HeaderSource =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

type Lookup = (name: string) => string | undefined

/** A service that names a later moment than this has another clock, or another unit. */
const RESET_LIMIT_MS = 24 * 60 * 60_000
/** `x-ratelimit-reset` above this is a moment in seconds since 1970, above the next one in milliseconds. */
const EPOCH_SECONDS = 1_000_000_000
const EPOCH_MILLISECONDS = 1_000_000_000_000

/**
 * Reads what a response says of limits: `retry-after-ms`, `retry-after` (RFC 9110: seconds or a date),
 * `x-ratelimit-*` as OpenAI and most others write them, `anthropic-ratelimit-*`, and `ratelimit-*` of the
 * IETF's draft. Undefined when it says nothing. What cannot be read is left out.
 *
 * @param nowMs milliseconds since 1970, for headers that name a moment
 */
export function readRateLimits(headers: HeaderSource, nowMs: number): RateLimitReport | undefined {
  const get = lookupIn(headers)
  const askedMs = milliseconds(get('retry-after-ms')) ?? delayMs(get('retry-after'), nowMs)
  const retryAfterMs = askedMs === undefined ? undefined : Math.min(askedMs, RETRY_AFTER_LIMIT_MS)
  const requests = allowance(get, nowMs, [
    ['x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
    named('anthropic-ratelimit-requests'),
    named('x-ratelimit'),
    named('ratelimit'),
  ])
  const tokens = allowance(get, nowMs, [
    ['x-ratelimit-limit-tokens', 'x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
    named('anthropic-ratelimit-tokens'),
    named('anthropic-ratelimit-input-tokens'),
  ])
  if (retryAfterMs === undefined && requests === undefined && tokens === undefined) return undefined
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requests && { requests }),
    ...(tokens && { tokens }),
  }
}

const named = (prefix: string) => [`${prefix}-limit`, `${prefix}-remaining`, `${prefix}-reset`] as const

function lookupIn(headers: HeaderSource): Lookup {
  if (typeof headers.get === 'function') {
    const { get } = headers as { get(name: string): string | null }
    return name => get.call(headers, name) ?? undefined
  }
  const plain = headers as Readonly<Record<string, string | readonly string[] | undefined>>
  return name => {
    const value = plain[name]
    return typeof value === 'string' ? value : value?.[0]
  }
}

type Names = readonly [limit: string, remaining: string, reset: string]

/** The first family of headers that says anything. */
function allowance(get: Lookup, nowMs: number, families: readonly Names[]): Allowance | undefined {
  for (const [limitName, remainingName, resetName] of families) {
    const limit = count(get(limitName))
    const remaining = count(get(remainingName))
    if (limit === undefined && remaining === undefined) continue
    const resetMs = resetIn(get(resetName), nowMs)
    return {
      ...(limit !== undefined && { limit }),
      ...(remaining !== undefined && { remaining }),
      ...(resetMs !== undefined && { resetMs }),
    }
  }
  return undefined
}

/** `100`, also of a list such as `100, 100;w=60`. */
function count(text: string | undefined): number | undefined {
  const digits = text === undefined ? undefined : /^\s*(\d{1,15})(?=\s*(?:$|[,;]))/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function milliseconds(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

function delayMs(text: string | undefined, nowMs: number): number | undefined {
  const seconds = milliseconds(text)
  if (seconds !== undefined) return seconds * 1_000
  return text === undefined ? undefined : untilMoment(text, nowMs)
}

function resetIn(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const value = milliseconds(text)
  const resetMs =
    value === undefined ? (writtenDurationMs(text) ?? untilMoment(text, nowMs)) : resetOf(value, nowMs)
  return resetMs === undefined || resetMs > RESET_LIMIT_MS ? undefined : resetMs
}

function resetOf(value: number, nowMs: number): number {
  if (value >= EPOCH_MILLISECONDS) return Math.max(0, value - nowMs)
  return value >= EPOCH_SECONDS ? Math.max(0, value * 1_000 - nowMs) : value * 1_000
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `6m0s`, `1.5s`, `20ms` */
function writtenDurationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text.trim())) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]
  return total
}

function untilMoment(text: string, nowMs: number): number | undefined {
  // Only what looks like a date: `Date.parse` takes almost anything.
  const moment = /\d{4}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - nowMs)
}
