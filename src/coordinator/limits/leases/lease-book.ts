import { type DividedLimit, divideLimit, type LimitHolder, type LimitWish } from './divide-limit.js'

/** A part of a limit belongs to a process for so long after it has asked for it, in milliseconds. */
export const LEASE_MS = 10_000

/** Who has which part of a limit, as a text that all processes share. */
interface LeaseBook {
  readonly text: string
  readonly lease: DividedLimit
}

/**
 * Gives a process the part that it may use from now on.
 * @param text what the last one wrote
 * @param wish undefined: it wants nothing more, and gives back what it has
 */
export function writeLease(
  text: string | undefined,
  own: string,
  wish: LimitWish | undefined,
  units: number | undefined,
  nowMs: number,
): LeaseBook {
  const holders = new Map(readHolders(text).filter(([, { untilMs }]) => untilMs > nowMs))
  const lease = wish === undefined ? NOTHING : divideLimit(holders, own, wish, units, nowMs)
  holders.delete(own)
  if (wish !== undefined) holders.set(own, { ...wish, reserved: lease.reserved, untilMs: nowMs + LEASE_MS })
  return { text: JSON.stringify([...holders]), lease }
}

const NOTHING: DividedLimit = { share: 0, reserved: 0 }

const readHolders = (text: string | undefined): [string, LimitHolder][] =>
  text === undefined ? [] : (JSON.parse(text) as [string, LimitHolder][])
