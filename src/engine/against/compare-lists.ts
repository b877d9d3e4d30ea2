import { alignElements, type ElementDigests } from '../../plan/identity/align-elements.js'
import type { ElementKeys } from '../../plan/identity/element-keys.js'
import type { LoopComparison } from './plan-comparison.js'

const NAMES_SHOWN = 5

/** A list of elements, and their keys where the loop has some. */
export interface ComparedList {
  readonly digests: ElementDigests
  readonly keys: ElementKeys | undefined
}

/** How a list differs from an earlier version of it. Pure. */
export function compareLists(
  loop: string,
  before: ComparedList,
  after: ComparedList,
): LoopComparison | undefined {
  const toNew =
    before.keys && after.keys
      ? Int32Array.from(before.digests.whole, (_, at) => after.keys!.find(before.keys!.at(at)))
      : alignElements(before.digests, after.digests)
  const found = new Uint8Array(after.digests.whole.length)
  const order: number[] = []
  const removedNames: (string | number)[] = []
  let changed = 0
  toNew.forEach((now, old) => {
    if (now === -1) {
      if (removedNames.length < NAMES_SHOWN) removedNames.push(before.keys?.at(old) ?? old)
      return
    }
    found[now] = 1
    order.push(now)
    if (before.digests.whole[old] !== after.digests.whole[now]) changed++
  })
  const addedNames: (string | number)[] = []
  for (let now = 0; now < found.length && addedNames.length < NAMES_SHOWN; now++)
    if (found[now] === 0) addedNames.push(after.keys?.at(now) ?? now)
  const added = found.length - order.length
  const removed = toNew.length - order.length
  const moved = order.length - longestRise(order)
  if (added + removed + changed + moved === 0) return undefined
  return { loop, added, removed, changed, moved, removedNames, addedNames }
}

/** The length of the longest rising subsequence: so many elements have kept their order. By patience sorting. */
function longestRise(order: readonly number[]): number {
  const tops: number[] = []
  for (const value of order) {
    let low = 0
    let high = tops.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (tops[middle]! < value) low = middle + 1
      else high = middle
    }
    tops[low] = value
  }
  return tops.length
}
