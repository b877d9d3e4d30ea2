import { closest, distance } from 'fastest-levenshtein'

/** The candidate that a misspelt name most likely means; undefined when none is near. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined
  const best = closest(name, candidates)
  return distance(name.toLowerCase(), best.toLowerCase()) <=
    Math.max(best.length > 3 ? 2 : 1, Math.floor(best.length / 3))
    ? best
    : undefined
}

/** ` Did you mean "…"?`, or nothing where no candidate is near. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates)
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`
}
