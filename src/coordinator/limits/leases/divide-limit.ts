/** What a process wants of a limit that it shares with others. Shares are parts of the whole limit, from 0 to 1. */
export interface LimitWish {
  /** Against others that want more than there is. */
  readonly weight: number
  /** It can use no more than this. */
  readonly usable: number
  /** It uses this much, and cannot give it back before calls have ended. */
  readonly inUse: number
}

/** A process that has a part of the limit. */
export interface LimitHolder extends LimitWish {
  /** Nobody else may use it until then. */
  readonly reserved: number
  /** By the clock of all: after that it is gone. */
  readonly untilMs: number
}

/** Of a limit that cannot be divided without a rest, the rest goes around: each holder has it for so long. */
const TURN_MS = 30_000
/** Shares are sums of fractions. */
const ROUNDING = 1e-9

export interface DividedLimit {
  /** What this process may use from now on. */
  readonly share: number
  /** What others must leave to it: more than its share while calls of a greater one are in flight. */
  readonly reserved: number
}

/**
 * The share of one process. Nobody gets more than it can use; what is left is divided by weight (max-min fairness).
 * What others have reserved is theirs until they give it back, so that all together never use more than the limit.
 * @param units calls at once that the limit allows; undefined: it can be divided freely
 */
export function divideLimit(
  holders: ReadonlyMap<string, LimitHolder>,
  own: string,
  wish: LimitWish,
  units: number | undefined,
  nowMs: number,
): DividedLimit {
  const wishes = new Map<string, LimitWish>([...holders, [own, wish]])
  const fair = fairShares(wishes)
  let taken = 0
  for (const [name, { reserved }] of holders) if (name !== own) taken += reserved
  const free = Math.max(0, 1 - taken)
  const wanted = units === undefined ? fair.get(own)! : inUnits(fair, own, units, nowMs)
  const share = Math.min(wanted, units === undefined ? free : wholeUnits(free, units))
  return { share, reserved: Math.max(share, Math.min(wish.inUse, free)) }
}

/** By weight, none more than it can use. */
function fairShares(wishes: ReadonlyMap<string, LimitWish>): Map<string, number> {
  const shares = new Map<string, number>()
  let open = [...wishes]
  let left = 1
  for (;;) {
    const weights = open.reduce((sum, [, { weight }]) => sum + weight, 0)
    const full = open.filter(([, { weight, usable }]) => usable * weights <= left * weight)
    if (full.length === 0) {
      for (const [name, { weight }] of open) shares.set(name, (left * weight) / weights)
      return shares
    }
    for (const [name, { usable }] of full) {
      shares.set(name, usable)
      left -= usable
    }
    open = open.filter(([name]) => !shares.has(name))
    if (open.length === 0) return shares
  }
}

/** Whole calls, and of what is left over one more, by turns. */
function inUnits(fair: ReadonlyMap<string, number>, own: string, units: number, nowMs: number): number {
  const names = [...fair.keys()].sort()
  const whole = names.map(name => Math.floor(fair.get(name)! * units + ROUNDING))
  const wanting = names.filter((name, at) => fair.get(name)! * units - whole[at]! > ROUNDING)
  const sum = [...fair.values()].reduce((all, share) => all + share, 0)
  const rest =
    Math.min(Math.ceil(sum * units - ROUNDING), units) - whole.reduce((all, count) => all + count, 0)
  const at = wanting.indexOf(own)
  const turn = Math.floor(nowMs / TURN_MS)
  const hasTurn = at !== -1 && (at + turn) % wanting.length < rest
  return (whole[names.indexOf(own)]! + (hasTurn ? 1 : 0)) / units
}

const wholeUnits = (share: number, units: number): number => Math.floor(share * units + ROUNDING) / units
