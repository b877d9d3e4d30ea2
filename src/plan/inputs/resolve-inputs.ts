import type { Blueprint, InputSpec } from '../../blueprint/blueprint.js'
import { INPUT_VALUE_LIMIT } from '../../blueprint/blueprint-limits.js'
import { fromText, inputFault } from '../../blueprint/inputs/input-value.js'
import { Table } from '../../blueprint/inputs/table.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { plainJson } from '../../diagnostics/plain-json.js'
import type { JsonValue } from '../../model/json.js'
import { JSON_NESTING_LIMIT } from '../../model/value-limits.js'
import { InputError } from './input-error.js'
import type { InputValues } from './input-part.js'

/**
 * Checks the given inputs against the blueprint and fills in defaults. A text given for another type, as it
 * comes from a command line, is read as that type. Large tables are taken as they are, not copied: do not
 * change them while a run reads them.
 * @throws InputError with every mistake
 */
export function resolveInputs(blueprint: Blueprint, given: Readonly<Record<string, unknown>>): InputValues {
  const book = new MistakeBook()
  for (const name of Object.keys(given))
    if (!blueprint.inputs.has(name)) book.addUnknown([name], 'input', name, blueprint.inputs.keys())
  const values = new Map<string, JsonValue | Table>()
  for (const spec of blueprint.inputs.values()) {
    const value = resolve(book, spec, Object.hasOwn(given, spec.name) ? given[spec.name] : undefined)
    if (value !== undefined) values.set(spec.name, value)
  }
  if (!book.isEmpty) throw new InputError(book.list(), book.count)
  return values
}

/** `undefined` only after a mistake. */
function resolve(book: MistakeBook, spec: InputSpec, given: unknown): JsonValue | Table | undefined {
  const path: [string] = [spec.name]
  if (given === undefined || (given === null && spec.default === null)) {
    if (spec.default === undefined) book.add(path, `It is missing. Give it: -i ${spec.name}=${example(spec)}`)
    return spec.default
  }
  const read = typeof given === 'string' ? fromText(spec, given) : { value: given }
  if ('fault' in read) {
    book.add(path, read.fault.message)
    return undefined
  }
  const before = book.count
  // What a table holds was checked when it was read.
  const value = read.value instanceof Table ? read.value : checkedJson(book, path, read.value)
  if (value === undefined || book.count > before) return undefined
  const fault = inputFault(spec, value)
  if (!fault) return value
  book.add([...path, ...fault.path], fault.message, fault.suggestion)
  return undefined
}

function checkedJson(book: MistakeBook, path: [string], value: unknown): JsonValue | undefined {
  return plainJson(value, path, {
    nestingLimit: JSON_NESTING_LIMIT,
    valueLimit: INPUT_VALUE_LIMIT,
    report: (at, message) => book.add(at, message),
  })
}

function example(spec: InputSpec): string {
  switch (spec.type) {
    case 'table':
      return '@rows.csv'
    case 'json':
      return '@file.json'
    case 'text':
      return String(spec.options?.[0] ?? '"some text"')
    case 'boolean':
      return 'true'
    case 'number':
    case 'integer':
      return String(spec.options?.[0] ?? spec.minimum ?? 1)
  }
}
