import { epochMs, writtenMomentMs } from './moment.js'
import { writtenDurationMs } from './written-duration.js'

const NUMBER = /^\+?(\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:e\+?(\d{1,3}))?$/i

/** A plain number from 0; not `-1`, `NaN`, `Infinity` or an empty text. */
function plainNumber(text: string): number | undefined {
  const written = text.trim()
  return NUMBER.test(written) ? Number(written) : undefined
}

/**
 * Milliseconds from now that a value of a header or a body asks to wait, in any of the forms that services use: a
 * number of seconds, a moment in (milli-, micro-, nano-) seconds since 1970, a duration with units, a date of HTTP or
 * ISO 8601; and a list of them, when two headers were joined: the longest counts. A moment that is past is 0.
 * Undefined when it is none of them, so also for what is negative or not finite.
 *
 * @param nowMs milliseconds since 1970 on the clock of the service
 * @param unitMs of a plain number
 */
export function readDelayMs(text: string, nowMs: number, unitMs = 1_000): number | undefined {
  const whole = oneDelayMs(text, nowMs, unitMs)
  if (whole !== undefined) return whole
  const parts = text.split(BETWEEN)
  if (parts.length < 2 || parts.length > LIST_LIMIT) return undefined
  const delays = parts.map(part => oneDelayMs(part, nowMs, unitMs)).filter(delay => delay !== undefined)
  return delays.length === 0 ? undefined : Math.max(...delays)
}

/** Between the parts of a list; a date has a comma of its own, after the name of its day. */
const BETWEEN = /(?<!\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}),/i
const LIST_LIMIT = 10

/** Of an item of a structured field (RFC 9651), as drafts of rate limits write it: `30;w=60`, `"30"`. */
const ITEM = /^(?:(["'])(.{1,40})\1|([^"';]{1,40}))\s*(?:;.*)?$/

function oneDelayMs(said: string, nowMs: number, unitMs: number): number | undefined {
  const item = ITEM.exec(said.trim())
  const text = item?.[2] ?? item?.[3] ?? said
  const value = plainNumber(text)
  if (value !== undefined) return numberDelayMs(value, nowMs, unitMs)
  const momentMs = writtenMomentMs(text, nowMs)
  return momentMs === undefined ? writtenDurationMs(text) : Math.max(0, momentMs - nowMs)
}

/** The same for a value that is a number already. */
export function numberDelayMs(value: number, nowMs: number, unitMs: number): number | undefined {
  if (!(value >= 0)) return undefined
  const momentMs = epochMs(value)
  return momentMs === undefined ? value * unitMs : Math.max(0, momentMs - nowMs)
}
