const HOUR_MS = 3_600_000
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAY = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,\\s*)?'
const TIME = String.raw`(\d{2}):(\d{2}):(\d{2})`
/** RFC 5322, 4.3: the names of zones that mails and old servers write. In hours. */
const ZONES: Readonly<Record<string, number>> = {
  gmt: 0,
  utc: 0,
  ut: 0,
  z: 0,
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
  bst: 1,
  cet: 1,
  cest: 2,
  jst: 9,
}
const ZONE = String.raw`(${Object.keys(ZONES).join('|')}|[+-]\d{2}:?\d{2})`

/** The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850 and asctime. */
const IMF = new RegExp(String.raw`^${DAY}(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4}|\d{2})\s+${TIME}\s*${ZONE}?$`)
const RFC_850 = new RegExp(String.raw`^${DAY}(\d{1,2})-([a-z]{3})-(\d{4}|\d{2})\s+${TIME}\s*${ZONE}?$`)
const NAMED_DAY = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*'
/** Also with a zone, as `date` prints it. */
const ASCTIME = new RegExp(
  String.raw`^${NAMED_DAY}\s+([a-z]{3})\s+(\d{1,2})\s+${TIME}\s+(?:${ZONE}\s+)?(\d{4})$`,
)
/** As a `Date` of JavaScript is turned into a text: `Thu Jan 15 2026 12:00:30 GMT+0000 (Coordinated Universal Time)`. */
const SCRIPT = new RegExp(
  String.raw`^${NAMED_DAY}\s+([a-z]{3})\s+(\d{1,2})\s+(\d{4})\s+${TIME}\s+(?:gmt)?([+-]\d{2}:?\d{2})(?:\s+\(.{1,60}\))?$`,
)
const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})(?=z|[+-])/
const ISO = /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(z|utc|gmt|[+-]\d{2}:?\d{2})?$/

/**
 * A moment in milliseconds since 1970: a date as HTTP writes it (RFC 9110, 5.6.7; also the obsolete forms, which a
 * recipient must take, and other zones), or ISO 8601. One without a zone is in UTC. Undefined when it is none.
 *
 * @param nowMs decides which century a year of two digits is in: never more than 50 years ahead
 */
export function writtenMomentMs(text: string, nowMs: number): number | undefined {
  const written = text.trim().toLowerCase()
  const dated = IMF.exec(written) ?? RFC_850.exec(written)
  if (dated) {
    const [, day, month, year, hour, minute, second, zone] = dated
    return utc(fullYear(year!, nowMs), month!, day!, [hour!, minute!, second!], zone)
  }
  const ansi = ASCTIME.exec(written)
  if (ansi) {
    const [, month, day, hour, minute, second, zone, year] = ansi
    return utc(Number(year), month!, day!, [hour!, minute!, second!], zone)
  }
  const script = SCRIPT.exec(written)
  if (script) {
    const [, month, day, year, hour, minute, second, zone] = script
    return utc(Number(year), month!, day!, [hour!, minute!, second!], zone)
  }
  const iso = ISO.exec(written.replace(ISO_BASIC, '$1-$2-$3t$4:$5:$6'))
  if (iso === null) return undefined
  const [, date, time, zone = 'z'] = iso
  const offset = /^[+-]/.test(zone) ? zone : 'Z'
  return valid(Date.parse(`${date}T${time}${offset}`))
}

function utc(
  year: number,
  month: string,
  day: string,
  [hour, minute, second]: string[],
  zone = 'gmt',
): number | undefined {
  const monthIndex = MONTHS.indexOf(month)
  if (monthIndex === -1) return undefined
  const ms = valid(Date.UTC(year, monthIndex, Number(day), Number(hour), Number(minute), Number(second)))
  return ms === undefined ? undefined : ms - offsetMs(zone)
}

/** East of Greenwich. */
function offsetMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (sign === undefined) return ZONES[zone]! * HOUR_MS
  return (sign === '-' ? -1 : 1) * (Number(hours) + Number(minutes) / 60) * HOUR_MS
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
