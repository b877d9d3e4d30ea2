import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Path, PlaceAt } from '../../diagnostics/place.js'
import { keyText, offsetOf } from './yaml-value.js'

/**
 * Offset in the source of the value at a path, of its key, or of a place in its text. A list or mapping is
 * found by its key; where a value is missing the nearest one around it is taken.
 */
export function locateInYaml(document: Document, source: string, path: Path, at?: PlaceAt): number {
  let node: unknown = document.contents
  let offset = offsetOf(node)
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const isLast = index === path.length - 1
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step))
      if (!pair) return offset
      node = pair.value
      offset =
        isScalar(node) && node.value !== null && !(isLast && at === 'key')
          ? offsetOf(node)
          : offsetOf(pair.key)
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = offsetOf(node) || offset
    } else return offset
  }
  return typeof at === 'number' && isScalar(node) ? offsetInText(source, node, at) : offset
}

/**
 * Where the text's `${` at `at` stands in the source. Escapes and folding move characters about, so it is
 * found by its number among all `${` of the text.
 */
function offsetInText(source: string, node: { value: unknown; range?: unknown }, at: number): number {
  const [start, end] = node.range as readonly [number, number]
  const number = countOf(String(node.value).slice(0, at + 2), '${')
  let found = start - 1
  for (let seen = 0; seen < number; seen++) {
    found = source.indexOf('${', found + 1)
    if (found === -1 || found >= end) return start
  }
  return Math.max(found, start)
}

function countOf(text: string, piece: string): number {
  let count = 0
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) count++
  return count
}
