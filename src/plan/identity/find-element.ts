import type { ReadElement } from '../../model/artifact-address.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { ElementKeys } from './element-keys.js'

/** The elements that ids of jobs or artifacts can name. */
export interface NamedExtents {
  readonly extents: readonly number[]
  /** By loop; undefined where positions name the elements. */
  readonly keys: readonly (ElementKeys | undefined)[]
}

/**
 * The indices of the elements that somebody means: by key, with or without quotes, or by position.
 * @returns undefined when there are none
 * @throws ShowrunnerError `USAGE_INVALID` for a number that is one element's key and another one's position
 */
export function findElements(
  written: readonly ReadElement[],
  { extents, keys }: NamedExtents,
): number[] | undefined {
  if (written.length !== extents.length) return undefined
  const indices = written.map((element, at) => findElement(element, extents[at]!, keys[at]))
  return indices.includes(-1) ? undefined : indices
}

/**
 * The same in a family, whose lists may differ from element to element.
 * @returns undefined when there are none, or they are not known yet
 * @throws ShowrunnerError as {@link findElements}
 */
export function findIndices(written: readonly ReadElement[], family: Lists): number[] | undefined {
  if (written.length !== family.dimensions.length) return undefined
  const indices: number[] = []
  for (const [dimension, element] of written.entries()) {
    const list = family.listAt(dimension, indices)
    const index = list === undefined ? -1 : findElement(element, list.length, list.keys)
    if (index === -1) return undefined
    indices.push(index)
  }
  return indices
}

interface Lists {
  readonly dimensions: readonly unknown[]
  listAt(
    dimension: number,
    indices: readonly number[],
  ): { readonly length: number; readonly keys?: ElementKeys } | undefined
}

/** The index of an element in a list; -1: it has none. @throws ShowrunnerError as {@link findElements} */
export function findElement(
  { name, text, isQuoted }: ReadElement,
  extent: number,
  keys: ElementKeys | undefined,
): number {
  const position = typeof name === 'number' && name < extent ? name : -1
  if (keys === undefined) return position
  const byKey = keys.find(text)
  if (isQuoted || position === -1) return byKey
  if (byKey === -1 || byKey === position) return position
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `[${text}] can mean two elements: the one with the key "${text}", and the one at position ${text}, whose key is ${JSON.stringify(keys.at(position))}. Write the key in quotes: ["${text}"], or [${JSON.stringify(keys.at(position))}]; a shell needs single quotes around the whole id.`,
  )
}
