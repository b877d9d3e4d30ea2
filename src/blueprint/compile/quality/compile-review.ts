import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { Path } from '../../../diagnostics/place.js'
import { checkKeys, readKey, readMapping } from '../../../diagnostics/read-shape.js'
import type { Condition } from '../../../model/condition/condition.js'
import type { JsonValue } from '../../../model/json.js'
import { shown } from '../../../model/text/shown-value.js'
import type { ReviewSpec, Template } from '../../blueprint.js'
import { reviewSchema } from '../../blueprint-schema.js'

/** Compiles a condition; the mistakes in it are reported. */
type CompileWhen = (value: JsonValue, path: Path) => Condition<Template> | undefined

/** The `review` of a producer: which of its outputs wait for a person, and when. */
export function compileReview(
  book: MistakeBook,
  section: JsonValue | undefined,
  path: Path,
  outputs: readonly string[],
  compileWhen: CompileWhen,
): ReviewSpec | undefined {
  if (section === undefined || section === false) return undefined
  if (section === true) return { outputs, when: undefined }
  if (typeof section !== 'object') {
    book.add(path, `Expected true, or a mapping with of and when, got ${shown(section)}.`)
    return undefined
  }
  const mapping = readMapping(book, section, path)
  if (mapping === undefined) return undefined
  const { shape } = reviewSchema
  checkKeys(book, mapping, path, shape)
  const of = readKey(book, mapping, path, 'of', shape.of) ?? outputs
  const names = typeof of === 'string' ? [of] : of
  for (const [at, name] of names.entries())
    if (!outputs.includes(name))
      book.addUnknown([...path, 'of', ...(typeof of === 'string' ? [] : [at])], 'output', name, outputs)
  const when = mapping.when === undefined ? undefined : compileWhen(mapping.when, [...path, 'when'])
  return { outputs: outputs.filter(name => names.includes(name)), when }
}
