import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { Path } from '../../../diagnostics/place.js'
import { checkKeys, readKey, readMapping } from '../../../diagnostics/read-shape.js'
import type { CheckRule, CheckSpec, CheckValue } from '../../../model/check/check-spec.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import { shown } from '../../../model/text/shown-value.js'
import { DEFAULT_CHECK_ATTEMPTS } from '../../blueprint-limits.js'
import { checkSchema } from '../../blueprint-schema.js'
import { compileCondition } from '../compile-condition.js'

/** Compiles what conditions of a check compare. */
type CompileCheckValue = (value: JsonValue, path: Path) => CheckValue

/** The `check` of a producer. @param outputs their types by name */
export function compileCheck(
  book: MistakeBook,
  section: JsonValue,
  path: Path,
  outputs: ReadonlyMap<string, string | undefined>,
  compile: CompileCheckValue,
): CheckSpec | undefined {
  const mapping = readMapping(book, section, path)
  if (!mapping) return undefined
  const { shape } = checkSchema
  checkKeys(book, mapping, path, shape)
  if (mapping.schema === undefined && mapping.that === undefined && mapping.module === undefined)
    book.add(path, 'A check says what an answer must be: schema, that or module.', undefined, 'key')
  const module = readKey(book, mapping, path, 'module', shape.module)
  return {
    schemas:
      mapping.schema === undefined ? {} : readSchemas(book, mapping.schema, [...path, 'schema'], outputs),
    rules: mapping.that === undefined ? [] : readRules(book, mapping.that, [...path, 'that'], compile),
    ...(module !== undefined && { module }),
    attempts: readKey(book, mapping, path, 'attempts', shape.attempts) ?? DEFAULT_CHECK_ATTEMPTS,
  }
}

function readSchemas(
  book: MistakeBook,
  section: JsonValue,
  path: Path,
  outputs: ReadonlyMap<string, string | undefined>,
): Record<string, JsonObject | boolean> {
  const schemas: Record<string, JsonObject | boolean> = {}
  for (const [output, schema] of Object.entries(readMapping(book, section, path) ?? {})) {
    const at = [...path, output]
    const type = outputs.get(output)
    if (!outputs.has(output)) book.addUnknown(at, 'output', output, outputs.keys(), 'key')
    else if (type?.includes('/') === true)
      book.add(at, `${output} is a file (${type}): a JSON Schema is for text, json, number and boolean.`)
    else if (isJsonObject(schema) || typeof schema === 'boolean') schemas[output] = schema
    else book.add(at, `Expected a JSON Schema, got ${shown(schema)}.`)
  }
  return schemas
}

function readRules(
  book: MistakeBook,
  section: JsonValue,
  path: Path,
  compile: CompileCheckValue,
): CheckRule[] {
  const rules = (Array.isArray(section) ? section : [section]).map((item, index): CheckRule | undefined => {
    const at = Array.isArray(section) ? [...path, index] : path
    const mapping = readMapping(book, item, at)
    if (!mapping) return undefined
    const { reason: _, ...test } = mapping
    const reason = readKey(book, mapping, at, 'reason', checkSchema.shape.module)
    const condition = compileCondition(book, test, at, compile)
    return condition && { condition, ...(reason !== undefined && { reason }) }
  })
  return rules.filter(rule => rule !== undefined)
}
