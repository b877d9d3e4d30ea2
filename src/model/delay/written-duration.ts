const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1_000,
  sec: 1_000,
  secs: 1_000,
  second: 1_000,
  seconds: 1_000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hrs: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
}
const UNITS = Object.keys(UNIT_MS).sort((one, other) => other.length - one.length)
const AMOUNT = String.raw`\d{1,15}(?:\.\d{1,15})?`
const PART = String.raw`(${AMOUNT})\s?(${UNITS.join('|')})(?![a-z])`

/** One or more amounts with their units, the way people and services write them: `6m0s`, `2 minutes and 30 seconds`. */
export const DURATION_PATTERN = String.raw`${AMOUNT}\s?(?:${UNITS.join('|')})(?![a-z])(?:(?:,|\s+and)?\s*${AMOUNT}\s?(?:${UNITS.join('|')})(?![a-z]))*`

const WHOLE = new RegExp(`^${DURATION_PATTERN}$`)
const PARTS = new RegExp(PART, 'g')

/** Milliseconds of a duration with units, such as `1m26.4s`, `120ms` or `20 seconds`; undefined when it is none. */
export function writtenDurationMs(text: string): number | undefined {
  const written = text.trim().toLowerCase()
  if (!WHOLE.test(written)) return undefined
  let total = 0
  for (const [, amount, unit] of written.matchAll(PARTS)) total += Number(amount) * UNIT_MS[unit!]!
  return total
}
