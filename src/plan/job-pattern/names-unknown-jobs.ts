import type { Family } from '../geometry/family.js'
import { absentOutput } from '../geometry/select-jobs.js'
import { findElement } from '../identity/find-element.js'
import { ANY, parsePattern } from './parse-pattern.js'

/**
 * Whether jobs are named in a list that is not known yet, or not to its end: there may be some, as soon as it is made.
 * @param written an id, a part of one, or one with wildcards
 * @throws ShowrunnerError `USAGE_INVALID` for a number that is one element's key and another's position
 */
export function namesUnknownJobs(
  { families }: { readonly families: readonly Family[] },
  written: string,
): boolean {
  const address = parsePattern(written.replace(/^Producer:/, '').trim())
  const family = families.find(({ producer }) => producer.name === address?.producer)
  if (address === undefined || family === undefined) return false
  if (address.elements.length === 0 || address.elements.length > family.dimensions.length) return false
  const indices: number[] = []
  for (const [dimension, element] of address.elements.entries()) {
    const list = family.listAt(dimension, indices)
    if (list === undefined || list.absence !== undefined || element.text === ANY) return family.varies
    const index = findElement(element, list.length, list.keys)
    if (index === -1) return list.tried?.isOpen === true && typeof element.name === 'number'
    indices.push(index)
  }
  const isWhole = indices.length === family.dimensions.length
  if (isWhole) return family.blockAt(indices) === undefined || absentOutput(family, indices) !== undefined
  const next = family.listAt(indices.length, indices)
  return next === undefined || next.tried?.isOpen === true
}
