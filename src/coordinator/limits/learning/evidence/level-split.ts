import type { CallOutcome } from './dispatch-order.js'

/** Logarithm of the likelihood ratio from which on the level is the reason, and not chance. */
const SURE = 5
/** Refusals above a level that say something. */
const REFUSALS_MIN = 2

/**
 * The number of attempts at once that a service takes, if that is why it refuses: the level that parts outcomes
 * so that refusals are above and hardly any below. The likelihood of two shares, one below and one above, against
 * that of the same share everywhere. Undefined: levels explain nothing.
 */
export function levelSplit(outcomes: readonly CallOutcome[]): number | undefined {
  const sorted = outcomes.toSorted((one, other) => one.level - other.level)
  const all = tallyOf(sorted)
  const below: Tally = { count: 0, refused: 0 }
  let best: number | undefined
  let bestRatio = SURE
  for (const [at, { level, isRefused }] of sorted.entries()) {
    below.count++
    if (isRefused) below.refused++
    const next = sorted[at + 1]
    if (next === undefined || next.level === level) continue
    const above = { count: all.count - below.count, refused: all.refused - below.refused }
    if (above.refused < REFUSALS_MIN || shareOf(above) < 0.5 || shareOf(below) >= shareOf(above) / 3) continue
    const ratio = likelihoodOf(below) + likelihoodOf(above) - likelihoodOf(all)
    if (ratio < bestRatio) continue
    bestRatio = ratio
    // Between the two nothing was tried. A limit that is too high costs refusals, one that is too low costs every call.
    best = next.level - 1
  }
  return best
}

interface Tally {
  count: number
  refused: number
}

function tallyOf(outcomes: readonly CallOutcome[]): Tally {
  return { count: outcomes.length, refused: outcomes.filter(({ isRefused }) => isRefused).length }
}

const shareOf = ({ count, refused }: Tally): number => refused / count

/** Logarithm of the likelihood with the share that fits best. */
export function likelihoodOf({ count, refused }: Tally): number {
  const taken = count - refused
  return term(refused, count) + term(taken, count)
}

const term = (part: number, count: number): number => (part === 0 ? 0 : part * Math.log(part / count))
