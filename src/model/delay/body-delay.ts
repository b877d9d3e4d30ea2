import { numberDelayMs, readDelayMs } from './read-delay.js'
import { DURATION_PATTERN } from './written-duration.js'

/** Of a body; a service says early how long to wait. */
const TEXT_LIMIT_CHARS = 64 * 1024
const DEPTH_LIMIT = 8
const NODE_LIMIT = 2_000

/**
 * Names of fields that say how long to wait, without capitals, hyphens and underscores, and the unit of a plain
 * number in them.
 */
const FIELDS: Readonly<Record<string, number>> = {
  retrydelay: 1_000,
  retryafter: 1_000,
  retryafters: 1_000,
  retryafterseconds: 1_000,
  retryaftersecs: 1_000,
  retryafterinseconds: 1_000,
  retryaftersec: 1_000,
  retryaftertime: 1_000,
  waittime: 1_000,
  waittimeseconds: 1_000,
  resettime: 1_000,
  ratelimitreset: 1_000,
  retryin: 1_000,
  retryinseconds: 1_000,
  retryat: 1_000,
  waitseconds: 1_000,
  secondstowait: 1_000,
  resetat: 1_000,
  resetsat: 1_000,
  reset: 1_000,
  resetafter: 1_000,
  resetafterseconds: 1_000,
  secondsuntilreset: 1_000,
  availableat: 1_000,
  nextavailableat: 1_000,
  resetin: 1_000,
  resetsin: 1_000,
  resetinseconds: 1_000,
  resetsinseconds: 1_000,
  xratelimitreset: 1_000,
  xratelimitresetafter: 1_000,
  // Hugging Face, while a model is loaded.
  estimatedtime: 1_000,
  retryafterms: 1,
  retryaftermillis: 1,
  retryaftermilliseconds: 1,
  retrydelayms: 1,
  retryinms: 1,
  resetinms: 1,
  resetafterms: 1,
  waitms: 1,
}

const AGAIN = String.raw`(?:re-?try(?:ing)?|try(?:ing)?|call|request)(?:\s+(?:it|this|your request|the request|again)){0,2}\s+(?:in|after)`
const ABOUT = `(?:about |approximately |at least |around |another |for |~){0,2}`
const LEADS = [
  AGAIN,
  'wait(?:ing)?',
  'reset(?:s|ting)?(?: again)? (?:in|after)',
  '(?:available|allowed)(?: again)? (?:in|after)',
  'been (?:timed out|blocked|banned|throttled|limited|paused|suspended) for',
  String.raw`re-?try[ _-]?(?:after|delay|in)(?:[ _-]?(?:seconds|secs?))?["']?\s*[:=>]`,
].join('|')
/** `Please retry in 20.5s`, `try again in 6m0s`, `wait 2 minutes`, `retry_after=20`. */
const SENTENCE = new RegExp(
  String.raw`\b(?:${LEADS})\s*:?\s*["']?\s*${ABOUT}(${DURATION_PATTERN}|\d{1,10}(?:\.\d{1,15})?(?![\d.]*[a-z%]))`,
  'gi',
)
/** `retry_after_ms=1500` */
const IN_MS = /\bre-?try[ _-]?(?:after|delay|in)[ _-]?(?:ms|milli[a-z]*)["']?\s*[:=>]\s*["']?(\d{1,10})\b/gi
/** `1,200 seconds` */
const THOUSANDS = /(?<=\b\d{1,3}),(?=\d{3}\b)/g
/** A `google.protobuf.Duration` as protobuf prints it: `retry_delay { seconds: 43 }`. */
const PRINTED = /\bretry_delay\s*\{\s*seconds:\s*(\d{1,10})\b/g
/** `try again at 2026-01-15T12:00:30Z`, or a date of HTTP, or seconds since 1970 */
const MOMENT =
  /\b(?:re-?try|again|resets?|available|wait)\b[^\n.]{0,20}?\b(?:at|after|until|on)\s+(\d{10}(?:\d{3})?(?:\.\d{1,6})?(?!\d)|\d{4}-\d{2}-\d{2}[T ][\d:.]{4,18}(?:Z|[+-]\d{2}:?\d{2})?|[a-z]{3,9}, \d{1,2}[ -][a-z]{3}[ -]\d{2,4} [\d:]{8} [a-z]{3})/gi

/**
 * Milliseconds that the body of a failed response asks to wait: a field such as Google's `retryDelay` (RetryInfo) or
 * `retry_after`, wherever it stands in the JSON; or a sentence such as "try again in 6m0s". The longest that is named
 * counts, but a field goes before a sentence.
 *
 * @param nowMs milliseconds since 1970
 */
export function bodyDelayMs(body: string, nowMs: number): number | undefined {
  const text = body.slice(0, TEXT_LIMIT_CHARS)
  return fieldDelayMs(text, nowMs) ?? sentenceDelayMs(text, nowMs)
}

function fieldDelayMs(text: string, nowMs: number): number | undefined {
  const root = objectIn(text)
  if (root === undefined) return undefined
  const found: number[] = []
  let nodes = 0
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > DEPTH_LIMIT || ++nodes > NODE_LIMIT) return
    for (const [name, field] of Object.entries(value)) {
      const key = name.toLowerCase().replace(/[_-]/g, '')
      const delayMs = Object.hasOwn(FIELDS, key) ? valueDelayMs(field, nowMs, FIELDS[key]!) : undefined
      if (delayMs === undefined) walk(field, depth + 1)
      else found.push(delayMs)
      // Another service's answer, handed on as text.
      if (typeof field === 'string' && depth < DEPTH_LIMIT) walk(objectIn(field), depth + 1)
    }
  }
  walk(root, 0)
  return found.length === 0 ? undefined : Math.max(...found)
}

/** Also the first line of many, as a stream of events begins. */
function objectIn(text: string): unknown {
  const json = /^\s*(?:data:\s*)?([{[][\s\S]*)$/.exec(text)?.[1]
  return json === undefined ? undefined : (parsed(json) ?? parsed(json.slice(0, json.indexOf('\n') + 1)))
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function valueDelayMs(value: unknown, nowMs: number, unitMs: number): number | undefined {
  if (typeof value === 'number') return numberDelayMs(value, nowMs, unitMs)
  if (typeof value === 'string') return readDelayMs(value, nowMs, unitMs)
  // The values of a header.
  if (Array.isArray(value)) return value.length === 1 ? valueDelayMs(value[0], nowMs, unitMs) : undefined
  // A `google.protobuf.Duration` that was not written as text.
  if (typeof value !== 'object' || value === null || !('seconds' in value)) return undefined
  const { seconds, nanos = 0 } = value as { seconds: unknown; nanos?: unknown }
  const total = Number(seconds) * 1_000 + Number(nanos) / 1e6
  return Number.isFinite(total) && total >= 0 ? total : undefined
}

function sentenceDelayMs(text: string, nowMs: number): number | undefined {
  const found: number[] = []
  const plain = text.replaceAll(THOUSANDS, '')
  for (const pattern of [SENTENCE, MOMENT, PRINTED, IN_MS])
    for (const [, said] of plain.matchAll(pattern)) {
      const delayMs = readDelayMs(said!, nowMs, pattern === IN_MS ? 1 : undefined)
      if (delayMs !== undefined) found.push(delayMs)
    }
  return found.length === 0 ? undefined : Math.max(...found)
}
