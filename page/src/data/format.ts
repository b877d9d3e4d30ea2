const count = new Intl.NumberFormat('en-US')

/** `1,234,567` */
export const formatCount = (value: number): string => count.format(value)

/** `1h 02m`, `3m 05s`, `12.3 s`, `85 ms` */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ${two(Math.floor((seconds % 3_600) / 60))}m`
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3_600)}h`
}

/** `$12.35`, `$0.42`, `$0.000012` */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return '$0'
  if (dollars >= 1)
    return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  const zeros = Math.floor(-Math.log10(dollars))
  return `$${dollars.toFixed(Math.min(10, Math.max(2, zeros + 2)))}`
}

/** `1.2 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1_000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

const two = (value: number) => String(value).padStart(2, '0')

/** `14:03:22`, with the date when it is another day. */
export function formatTime(ms: number, nowMs = Date.now()): string {
  const date = new Date(ms)
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  if (new Date(nowMs).toDateString() === date.toDateString()) return time
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}

export const formatShare = (part: number, whole: number): string => {
  if (whole === 0) return '0 %'
  const share = (part / whole) * 100
  if (part < whole && share > 99.5) return '99 %'
  if (part > 0 && share < 1) return '< 1 %'
  return `${Math.round(share)} %`
}

/** `120/s`, `4.2/s`, `12/min` */
export function formatRate(perSecond: number): string {
  if (perSecond >= 10) return `${formatCount(Math.round(perSecond))}/s`
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`
  const perMinute = perSecond * 60
  return `${perMinute >= 10 ? Math.round(perMinute) : perMinute.toFixed(1)}/min`
}
