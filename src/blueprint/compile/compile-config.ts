import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { parseTemplate } from '../reference/parse-template.js'
import { checkLiteralKey } from './compile-template.js'

/** Literal settings: `${…}` is refused, as nobody would replace it, and `$${` is the text `${` as elsewhere. */
export function compileConfig(book: MistakeBook, config: JsonObject, path: Path): JsonObject {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      checkLiteralKey(book, [...path, key])
      return [key, literalOf(book, value, [...path, key])]
    }),
  )
}

function literalOf(book: MistakeBook, value: JsonValue, path: Path): JsonValue {
  if (typeof value === 'string') return literalText(book, value, path, 'config', 'Move it to "with", or w')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item, at) => literalOf(book, item, [...path, at]))
  return compileConfig(book, value, path)
}

/** A text without references, its escapes taken out. */
export function literalText(book: MistakeBook, text: string, path: Path, what: string, wayOut = 'W'): string {
  const { parts, faults } = parseTemplate(text)
  const reference = parts.find(part => typeof part !== 'string')
  const offset = faults[0]?.offset ?? reference?.offset
  if (offset !== undefined)
    book.add(
      path,
      `${what} is literal: \${…} is not replaced here. ${wayOut}rite $\${ for the text "\${".`,
      undefined,
      offset,
    )
  return parts.filter(part => typeof part === 'string').join('')
}
