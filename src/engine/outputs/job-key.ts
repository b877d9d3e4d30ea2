import { ShowrunnerError } from '../../model/error/error.js'
import type { Family } from '../../plan/geometry/family.js'
import { indicesOf } from '../../plan/geometry/indices.js'
import type { JobKey } from './job-outputs.js'

/** The key of a job by its position in its family. */
export function keyOf({ extents }: Pick<Family, 'extents'>, position: number): JobKey {
  const indices = indicesOf(position, extents)
  return indices.length > 1 ? indices : indices[0]
}

/** @throws ShowrunnerError `USAGE_INVALID` for what names no element */
export function indicesOfKey(key: JobKey): readonly number[] {
  const keys = key === undefined ? [] : typeof key === 'object' ? key : [key]
  return keys.map(element => {
    if (typeof element === 'number' && Number.isSafeInteger(element) && element >= 0) return element
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `${JSON.stringify(element)} names no element of a loop. Give its position, counted from 0.`,
    )
  })
}
