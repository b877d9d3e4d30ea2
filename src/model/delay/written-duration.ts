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
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
}
const UNITS = Object.keys(UNIT_MS).sort((one, other) => other.length - one.length)
const NUMBER = String.raw`\d{1,15}(?:\.\d{1,15})?`
const AMOUNT = String.raw`(?:${NUMBER}|(?<![a-z])(?:an?|one)(?=\s[smhdw][a-z]{2}))`
const PART = String.raw`(${AMOUNT})\s?(${UNITS.join('|')})(?![a-z])`

const AMOUNTS = String.raw`${AMOUNT}\s?(?:${UNITS.join('|')})(?![a-z])(?:(?:,|\s+and)?\s*${AMOUNT}\s?(?:${UNITS.join('|')})(?![a-z]))*`
/** `00:01:30`, as clocks count. */
const CLOCK = String.raw`\d{1,3}:[0-5]\d:[0-5]\d(?:\.\d{1,9})?`
/** One or more amounts with their units, as people and services write them, `6m0s`, `2 minutes and 30 seconds`; or `00:01:30`. */
export const DURATION_PATTERN = `(?:${CLOCK}|${AMOUNTS})`

const WHOLE = new RegExp(`^${AMOUNTS}$`)
const WHOLE_CLOCK = new RegExp(`^${CLOCK}$`)
/** ISO 8601, without months and years, which nobody waits for: as zeros at most. */
const ISO = new RegExp(
  `^p(?:0{1,4}y)?(?:0{1,2}m)?(?:(${NUMBER})d)?(?:t(?:(${NUMBER})h)?(?:(${NUMBER})m)?(?:(${NUMBER})s)?)?$`,
)
const PARTS = new RegExp(PART, 'g')

/**
 * Milliseconds of a duration with units, such as `1m26.4s`, `120ms` or `20 seconds`, of ISO 8601 (`PT1M30S`) or as on a
 * clock (`00:01:30`); undefined when it is none, so also for two of them, `30s, 40s`.
 */
export function writtenDurationMs(text: string): number | undefined {
  const written = text.trim().toLowerCase()
  if (WHOLE_CLOCK.test(written)) return clockMs(written.split(':').map(Number))
  const parts = ISO.exec(written)?.slice(1)
  if (parts?.some(part => part !== undefined)) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map(part => Number(part ?? 0))
    return clockMs([24 * days + hours, minutes, seconds])
  }
  if (!WHOLE.test(written)) return undefined
  let total = 0
  let lastUnitMs = Number.POSITIVE_INFINITY
  for (const [, amount, unit] of written.matchAll(PARTS)) {
    const unitMs = UNIT_MS[unit!]!
    if (unitMs >= lastUnitMs) return undefined
    lastUnitMs = unitMs
    total += (/\d/.test(amount!) ? Number(amount) : 1) * unitMs
  }
  return total
}

const clockMs = ([hours = 0, minutes = 0, seconds = 0]: readonly number[]): number =>
  ((hours * 60 + minutes) * 60 + seconds) * 1_000
