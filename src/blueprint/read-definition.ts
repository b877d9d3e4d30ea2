import { MistakeBook } from '../diagnostics/mistake-book.js'
import { plainJson } from '../diagnostics/plain-json.js'
import type { JsonValue } from '../model/json.js'
import { BLUEPRINT_LIMIT_BYTES, NESTING_LIMIT, YAML_VALUE_LIMIT } from './blueprint-limits.js'
import { readYaml, type SourceText } from './yaml/read-yaml.js'

/** Reads YAML text or an object as plain JSON, within limits. */
export function readDefinition(source: unknown, file: string | undefined): SourceText {
  if (typeof source !== 'string') return readObject(source)
  const sizeBytes = Buffer.byteLength(source)
  return sizeBytes > BLUEPRINT_LIMIT_BYTES
    ? tooLarge(sizeBytes, new MistakeBook(file))
    : readYaml(source, { file })
}

function readObject(source: unknown): SourceText {
  const book = new MistakeBook()
  const value = plainJson(source, [], {
    nestingLimit: NESTING_LIMIT,
    valueLimit: YAML_VALUE_LIMIT,
    report: (path, message) => book.add(path, message),
  })
  if (value === undefined) return { value, book }
  const text = JSON.stringify(value)
  const sizeBytes = Buffer.byteLength(text)
  // The copy keeps the blueprint what it is when the caller changes the object.
  return sizeBytes > BLUEPRINT_LIMIT_BYTES
    ? tooLarge(sizeBytes, book)
    : { value: JSON.parse(text) as JsonValue, book }
}

function tooLarge(sizeBytes: number, book: MistakeBook): SourceText {
  book.add(
    [],
    `The blueprint has ${sizeBytes} bytes; ${BLUEPRINT_LIMIT_BYTES} are allowed. Put large data into inputs: -i rows=@file.csv`,
  )
  return { value: undefined, book }
}
