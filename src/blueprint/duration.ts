/** `500ms`, `30s`, `1.5m`, `1h` */
export const DURATION = /^\d{1,9}(\.\d{1,3})?(ms|s|m|h)$/

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds of `500ms`, `30s`, `1.5m` or `1h`, as blueprints and options write them; undefined of anything else. */
export const parseDuration = (text: string): number | undefined =>
  DURATION.test(text) ? durationMs(text) : undefined

/** Milliseconds of a text that matches {@link DURATION}. */
export function durationMs(text: string): number {
  const unit = /[a-z]+$/.exec(text)![0]
  return Math.round(Number(text.slice(0, -unit.length)) * UNIT_MS[unit]!)
}
