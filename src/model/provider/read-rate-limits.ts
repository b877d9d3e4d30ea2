import { bodyDelayMs } from '../delay/body-delay.js'
import { writtenMomentMs } from '../delay/moment.js'
import { readDelayMs } from '../delay/read-delay.js'
import type { Allowance, HeaderSource, RateLimitReport } from './rate-limit.js'

/** A provider that asks for a longer pause than this gets this one. */
export const RETRY_AFTER_LIMIT_MS = 24 * 60 * 60_000
/** A service that asks for a longer pause than this has not meant it: another unit, or a broken clock. */
const DELAY_ABSURD_MS = 32 * 24 * 60 * 60_000

type Lookup = (name: string) => string | undefined

/** A service that names a later moment than this has another clock, or another unit. */
const RESET_LIMIT_MS = 24 * 60 * 60_000
/** A `Date` header is in whole seconds, and its response has travelled: a smaller difference says nothing of clocks. */
const CLOCK_TOLERANCE_MS = 10_000

/**
 * Reads what a response says of limits: `retry-after-ms`, `retry-after` (RFC 9110; also the forms in which services
 * write it beside that), `x-ratelimit-*` as OpenAI and most others write them, `anthropic-ratelimit-*`, and
 * `ratelimit`, `ratelimit-policy` and `ratelimit-*` of the IETF's drafts. Moments are compared with the response's own
 * `date` where the two clocks differ. Undefined when it says nothing. What cannot be read is left out.
 *
 * @param nowMs milliseconds since 1970, for headers that name a moment
 */
export function readRateLimits(headers: HeaderSource, nowMs: number): RateLimitReport | undefined {
  const get = headersIn(headers)
  const serviceMs = serviceTime(get, nowMs)
  const retryAfterMs = askedMs(get, serviceMs)
  const requests = tightest(get, serviceMs, REQUEST_HEADERS) ?? fromDraft(get)
  const tokens = tightest(get, serviceMs, TOKEN_HEADERS)
  if (retryAfterMs === undefined && requests === undefined && tokens === undefined) return undefined
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requests && { requests }),
    ...(tokens && { tokens }),
  }
}

/**
 * Milliseconds until a failed response wants to be asked again, from wherever it says so: its headers, then its body,
 * then the moment at which an allowance that is used up is full again. At most a day; undefined when it says nothing.
 *
 * @param nowMs milliseconds since 1970
 * @param isRefusal it was refused as one too many: the reset of an allowance of which nothing else is said, counts too
 */
export function readRetryDelayMs(
  headers: HeaderSource,
  body: string,
  nowMs: number,
  isRefusal = false,
): number | undefined {
  const get = headersIn(headers)
  const serviceMs = serviceTime(get, nowMs)
  const saidMs = askedMs(get, serviceMs) ?? bounded(bodyDelayMs(body, serviceMs))
  if (saidMs !== undefined) return saidMs
  const report = readRateLimits(headers, nowMs)
  const known = [report?.requests, report?.tokens].filter(allowance => allowance?.remaining !== undefined)
  const resets = known.flatMap(allowance => (allowance!.remaining === 0 ? (allowance!.resetMs ?? []) : []))
  if (isRefusal && known.length === 0) resets.push(...resetsAlone(get, serviceMs))
  return resets.length === 0 ? undefined : Math.max(...resets)
}

const resetsAlone = (get: Lookup, nowMs: number): number[] =>
  [...REQUEST_HEADERS, ...TOKEN_HEADERS].flatMap(({ reset }) => resetOf(get, nowMs, reset) ?? [])

const askedMs = (get: Lookup, nowMs: number): number | undefined =>
  inHeader(get('retry-after-ms'), nowMs, 1) ??
  inHeader(get('x-ms-retry-after-ms'), nowMs, 1) ??
  inHeader(get('retry-after'), nowMs, 1_000) ??
  inHeader(get('x-retry-after'), nowMs, 1_000) ??
  inHeader(get('x-ratelimit-retry-after'), nowMs, 1_000)

const inHeader = (text: string | undefined, nowMs: number, unitMs: number): number | undefined =>
  text === undefined ? undefined : bounded(readDelayMs(text, nowMs, unitMs))

/** What nobody would wait for was not meant so. */
const bounded = (delayMs: number | undefined): number | undefined =>
  delayMs === undefined || delayMs > DELAY_ABSURD_MS
    ? undefined
    : Math.min(Math.round(delayMs), RETRY_AFTER_LIMIT_MS)

function serviceTime(get: Lookup, nowMs: number): number {
  const date = get('date')
  const saidMs = date === undefined ? undefined : writtenMomentMs(date, nowMs)
  return saidMs === undefined || Math.abs(saidMs - nowMs) < CLOCK_TOLERANCE_MS ? nowMs : saidMs
}

/** The values of headers by their names in lower case. */
export function headersIn(headers: HeaderSource): Lookup {
  if (typeof headers.get === 'function') {
    const { get } = headers as { get(name: string): string | null }
    return name => get.call(headers, name) ?? undefined
  }
  const plain = inLowerCase(headers as PlainHeaders)
  return name => {
    const value = plain[name]
    return value === undefined || typeof value === 'string' ? value : value.join(', ')
  }
}

type PlainHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

function inLowerCase(headers: PlainHeaders): PlainHeaders {
  if (!Object.keys(headers).some(name => /[A-Z]/.test(name))) return headers
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

interface Names {
  readonly limit: string
  readonly remaining: string
  readonly reset: readonly string[]
}

const named = (prefix: string): Names => ({
  limit: `${prefix}-limit`,
  remaining: `${prefix}-remaining`,
  reset: [`${prefix}-reset`, `${prefix}-reset-after`, `${prefix}-reset-ms`],
})
const ofKind = (kind: string): Names => ({
  limit: `x-ratelimit-limit-${kind}`,
  remaining: `x-ratelimit-remaining-${kind}`,
  reset: [`x-ratelimit-reset-${kind}`],
})

const REQUEST_HEADERS: readonly Names[] = [
  ofKind('requests'),
  ofKind('requests-minute'),
  ofKind('requests-day'),
  named('anthropic-ratelimit-requests'),
  ofKind('minute'),
  named('x-ratelimit-requests'),
  named('x-ratelimit'),
  named('x-rate-limit'),
  named('ratelimit'),
  named('anthropic-ratelimit-unified'),
]
const TOKEN_HEADERS: readonly Names[] = [
  ofKind('tokens'),
  ofKind('tokens-minute'),
  ofKind('tokens-day'),
  named('anthropic-ratelimit-tokens'),
  named('anthropic-ratelimit-input-tokens'),
  named('anthropic-ratelimit-output-tokens'),
]

/** Of the families of headers that say anything, the one of which nothing is left for the longest; else the first. */
function tightest(get: Lookup, nowMs: number, families: readonly Names[]): Allowance | undefined {
  let best: Allowance | undefined
  for (const names of families) {
    const found = allowance(get, nowMs, names)
    if (found !== undefined && (best === undefined || emptyMs(found) > emptyMs(best))) best = found
  }
  return best
}

const emptyMs = ({ remaining, resetMs }: Allowance): number => (remaining === 0 ? (resetMs ?? 0) : -1)

function allowance(get: Lookup, nowMs: number, { limit, remaining, reset }: Names): Allowance | undefined {
  const limitCount = count(get(limit))
  const remainingCount = count(get(remaining))
  if (limitCount === undefined && remainingCount === undefined) return undefined
  return allowanceOf(limitCount, remainingCount, resetOf(get, nowMs, reset))
}

const allowanceOf = (limit?: number, remaining?: number, resetMs?: number): Allowance => ({
  ...(limit !== undefined && { limit }),
  ...(remaining !== undefined && { remaining }),
  ...(resetMs !== undefined && { resetMs }),
})

/** `100`, also of a list such as `100, 100;w=60`. What is below none, is none. */
function count(text: string | undefined): number | undefined {
  const digits =
    text === undefined ? undefined : /^\s*(-?\d{1,15}(?:\.\d{1,9})?)(?=\s*(?:$|[,;]))/.exec(text)?.[1]
  return digits === undefined ? undefined : Math.max(0, Math.floor(Number(digits)))
}

function resetOf(get: Lookup, nowMs: number, names: readonly string[]): number | undefined {
  const name = names.find(each => get(each) !== undefined)
  if (name === undefined) return undefined
  const resetMs = readDelayMs(get(name)!, nowMs, name.endsWith('-ms') ? 1 : undefined)
  return resetMs === undefined || resetMs > RESET_LIMIT_MS ? undefined : resetMs
}

/**
 * `ratelimit: "default";r=0;t=30` with `ratelimit-policy: "default";q=100;w=60` (draft-ietf-httpapi-ratelimit-headers
 * 8 and later), and `ratelimit: limit=100, remaining=0, reset=30` (drafts before). Of several policies the one of which
 * nothing is left.
 */
function fromDraft(get: Lookup): Allowance | undefined {
  const field = get('ratelimit')
  if (field === undefined) return undefined
  const limits = get('ratelimit-policy') ?? ''
  const isOne = /\blimit\s*=/.test(field) || !field.includes(';')
  const lists = isOne ? [field] : field.split(',')
  const found = lists.flatMap(text => {
    const remaining = parameter(text, 'r') ?? parameter(text, 'remaining')
    const resetS = parameter(text, 't') ?? parameter(text, 'reset')
    if (remaining === undefined) return []
    const resetMs = resetS === undefined || resetS * 1_000 > RESET_LIMIT_MS ? undefined : resetS * 1_000
    const limit = parameter(text, 'limit') ?? parameter(text, 'q') ?? quotaOf(text, limits)
    return [allowanceOf(limit, remaining, resetMs)]
  })
  return found.find(({ remaining }) => remaining === 0) ?? found[0]
}

/** The quota of the policy that a text names first. */
function quotaOf(text: string, policies: string): number | undefined {
  const end = text.indexOf(';')
  const name = /^"?([^",=]+)"?$/.exec(text.slice(0, Math.max(0, end)).trim())?.[1]
  const policy = policies.split(',').find(each => name !== undefined && each.includes(name))
  return policy === undefined ? undefined : parameter(policy, 'q')
}

function parameter(text: string, name: string): number | undefined {
  const digits = new RegExp(`(?:^|[;,\\s])${name}\\s*=\\s*(\\d{1,15})(?![\\d.])`).exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
