const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*'
const TIME = String.raw`(\d{2}):(\d{2}):(\d{2})`
const ZONE = '(?:gmt|utc|z|[+-]00:?00)'

/** The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850 and asctime. */
const IMF = new RegExp(String.raw`^${DAY},\s*(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})\s+${TIME}\s*${ZONE}$`)
const RFC_850 = new RegExp(String.raw`^${DAY},\s*(\d{1,2})-([a-z]{3})-(\d{2,4})\s+${TIME}\s*${ZONE}$`)
const ASCTIME = new RegExp(String.raw`^${DAY}\s+([a-z]{3})\s+(\d{1,2})\s+${TIME}\s+(\d{4})$`)
const ISO = /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(z|utc|gmt|[+-]\d{2}:?\d{2})?$/

/**
 * A moment in milliseconds since 1970: a date as HTTP writes it (RFC 9110, 5.6.7; also the obsolete forms, which a
 * recipient must take), or ISO 8601. One without a zone is in UTC. Undefined when it is none.
 *
 * @param nowMs decides which century a year of two digits is in: never more than 50 years ahead
 */
export function writtenMomentMs(text: string, nowMs: number): number | undefined {
  const written = text.trim().toLowerCase()
  const dated = IMF.exec(written) ?? RFC_850.exec(written)
  if (dated) {
    const [, day, month, year, ...time] = dated
    return utc(fullYear(year!, nowMs), month!, day!, time)
  }
  const ansi = ASCTIME.exec(written)
  if (ansi) {
    const [, month, day, hour, minute, second, year] = ansi
    return utc(Number(year), month!, day!, [hour!, minute!, second!])
  }
  const iso = ISO.exec(written)
  if (iso === null) return undefined
  const [, date, time, zone = 'z'] = iso
  const offset = /^[+-]/.test(zone) ? zone : 'Z'
  return valid(Date.parse(`${date}T${time}${offset}`))
}

function utc(year: number, month: string, day: string, [hour, minute, second]: string[]): number | undefined {
  const monthIndex = MONTHS.indexOf(month)
  if (monthIndex === -1) return undefined
  return valid(Date.UTC(year, monthIndex, Number(day), Number(hour), Number(minute), Number(second)))
}

function fullYear(written: string, nowMs: number): number {
  if (written.length === 4) return Number(written)
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(written)
  return year > thisYear + 50 ? year - 100 : year
}

const valid = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : ms)

/** Seconds since 1970 that nobody means as a delay: more than thirty years. */
const EPOCH_SECONDS = 1e9
const EPOCH_MILLISECONDS = 1e12
const EPOCH_MICROSECONDS = 1e15
const EPOCH_NANOSECONDS = 1e18
const EPOCH_END = 1e19

/** A number that is a moment since 1970, by its size: in seconds, milli-, micro- or nanoseconds. In milliseconds. */
export function epochMs(value: number): number | undefined {
  if (value < EPOCH_SECONDS || value >= EPOCH_END) return undefined
  if (value < EPOCH_MILLISECONDS) return value * 1_000
  if (value < EPOCH_MICROSECONDS) return value
  return value < EPOCH_NANOSECONDS ? value / 1e3 : value / 1e6
}
