import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { shortened } from '../../model/text/shown-value.js'
import type { Reference, Template } from '../blueprint.js'
import { hasReference, parseTemplate } from '../reference/parse-template.js'
import type { ReferenceUse } from '../reference/reference-use.js'
import type { ReferenceChecker } from './check-reference.js'

/** Parses and checks the `${…}` in a value of a blueprint, however deep they stand. */
export class TemplateCompiler {
  readonly #book: MistakeBook
  readonly #checker: ReferenceChecker

  constructor(book: MistakeBook, checker: ReferenceChecker) {
    this.#book = book
    this.#checker = checker
  }

  compile(value: JsonValue, path: Path, use: ReferenceUse): Template {
    if (typeof value === 'string') return this.#text(value, path, use)
    if (typeof value !== 'object' || value === null) return { type: 'literal', value }
    if (Array.isArray(value)) {
      const items = value.map((item, at) => this.compile(item, [...path, at], use))
      return items.every(isLiteral)
        ? { type: 'literal', value: items.map(item => item.value) }
        : { type: 'list', items }
    }
    const entries = Object.entries(value).map(([key, item]) => {
      checkLiteralKey(this.#book, [...path, key])
      return [key, this.compile(item, [...path, key], use)] as const
    })
    const literals = entries.flatMap(([key, item]) => (isLiteral(item) ? [[key, item.value] as const] : []))
    return literals.length === entries.length
      ? { type: 'literal', value: Object.fromEntries(literals) }
      : { type: 'object', entries }
  }

  #text(text: string, path: Path, use: ReferenceUse): Template {
    const { parts, faults } = parseTemplate(text)
    for (const { message, suggestion, offset } of faults) this.#book.add(path, message, suggestion, offset)
    const isText = parts.length > 1 || faults.length > 0
    const compiled = parts.flatMap((part): (string | Reference)[] => {
      if (typeof part === 'string') return [part]
      const reference = this.#checker.check(
        part.reference,
        { path, offset: part.offset },
        isText ? 'text' : use,
      )
      return reference ? [reference] : []
    })
    const [only = ''] = compiled
    if (isText) return { type: 'text', parts: compiled }
    return typeof only === 'string'
      ? { type: 'literal', value: only }
      : { type: 'reference', reference: only }
  }
}

const isLiteral = (template: Template): template is Template & { type: 'literal' } =>
  template.type === 'literal'

/** Keys are never templates: one that looks like it would be passed on as it stands. */
function checkLiteralKey(book: MistakeBook, path: Path): void {
  const key = String(path.at(-1))
  if (key.includes('${') && hasReference(key))
    book.add(
      path,
      `A key is literal: "${shortened(key)}" would not be replaced. Put \${…} into values.`,
      undefined,
      'key',
    )
}

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
