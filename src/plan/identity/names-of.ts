import type { ElementName } from '../../model/id.js'
import type { ElementKeys } from './element-keys.js'

/** What names the elements at these indices in ids: keys where there are some, positions elsewhere. */
export function namesOf(
  indices: readonly number[],
  keys: readonly (ElementKeys | undefined)[],
): readonly ElementName[] {
  for (let at = 0; at < keys.length; at++)
    if (keys[at] !== undefined) return indices.map((index, dimension) => keys[dimension]?.at(index) ?? index)
  return indices
}
