import { type ElementName, elementText } from '../../model/id.js'

/**
 * Tells results apart that jobs with these inputs have. Jobs that differ only in a loop which they do not read are
 * variants of one thing, so their elements of such loops are part of it.
 * @param unread places of those loops
 */
export function variantKey(
  inputsHash: string,
  elements: readonly ElementName[],
  unread: readonly number[],
): string {
  if (unread.length === 0) return inputsHash
  return `${inputsHash} ${unread.map(position => elementText(elements[position]!)).join(' ')}`
}
