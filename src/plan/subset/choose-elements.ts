import { sha256 } from '../../model/sha256.js'
import type { ElementKeys } from '../identity/element-keys.js'

/** The loop's elements that a run is to make: the first so many, or so many by chance. */
export type ElementChoice =
  | { readonly type: 'first'; readonly count: number }
  | { readonly type: 'sample'; readonly count: number; readonly seed: string }

/**
 * The positions of the chosen elements, in order. A sample has the elements whose names, hashed with the seed, come
 * first: the same seed chooses the same ones, also when rows are put in between, where the loop has a key.
 */
export function chooseElements(
  choice: ElementChoice,
  extent: number,
  keys: ElementKeys | undefined,
): readonly number[] {
  const count = Math.min(choice.count, extent)
  if (choice.type === 'first') return Array.from({ length: count }, (_, index) => index)
  const rank = (index: number) => sha256(`${choice.seed} ${keys?.at(index) ?? index}`).slice(0, 16)
  const ranked = Array.from({ length: extent }, (_, index) => ({ index, rank: rank(index) }))
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b)
}
