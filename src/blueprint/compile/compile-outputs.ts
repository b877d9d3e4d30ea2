import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { checkKeys, readKey, readMapping } from '../../diagnostics/read-shape.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { isMimeType } from '../../model/media/mime-type.js'
import { shown } from '../../model/text/shown-value.js'
import { outputSchema } from '../blueprint-schema.js'
import { checkName } from './check-name.js'
import type { OutputOutline } from './name-table.js'

/** `undefined`: the section cannot be read. */
type LoopNames = ReadonlyMap<string, unknown> | undefined

const VALUE_TYPES = ['text', 'json', 'number', 'boolean']
/** Named in suggestions beside the types of values. */
const COMMON_MIME_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/svg+xml',
  'audio/mpeg',
  'audio/wav',
  'video/mp4',
  'text/html',
  'text/plain',
  'text/markdown',
  'text/csv',
  'application/json',
  'application/pdf',
]
const MIME_RANGE = /^[a-z]+\/\*$/

/** The outputs of a producer by name; `undefined` when the whole section cannot be read. */
export function compileOutputs(
  book: MistakeBook,
  producer: string,
  section: JsonValue | undefined,
  loops: LoopNames,
): ReadonlyMap<string, OutputOutline> | undefined {
  const path = ['producers', producer, 'outputs']
  if (section === undefined) {
    book.add(
      path,
      `${producer} has no outputs. Write what it makes, such as outputs: { Text: text }.`,
      undefined,
      'key',
    )
    return undefined
  }
  const mapping = readMapping(book, section, path)
  if (!mapping) return undefined
  const entries = Object.entries(mapping)
  if (entries.length === 0) book.add(path, `${producer} needs at least one output, such as Text: text.`)
  return new Map(
    entries.map(([name, value]) => {
      checkName(book, 'output', [...path, name])
      return [name, compileOutput(book, [...path, name], name, value, loops)]
    }),
  )
}

function compileOutput(
  book: MistakeBook,
  path: Path,
  name: string,
  value: JsonValue,
  loops: LoopNames,
): OutputOutline {
  if (typeof value === 'string') return { name, type: checkType(book, path, value), loops: [] }
  const mapping = readMapping(book, value, path)
  if (!mapping) return { name, type: undefined, loops: undefined }
  checkKeys(book, mapping, path, outputSchema.shape)
  const type = readKey(book, mapping, path, 'type', outputSchema.shape.type)
  return {
    name,
    type: type === undefined ? undefined : checkType(book, [...path, 'type'], type),
    loops: compileLoopNames(book, mapping, path, loops),
  }
}

function checkType(book: MistakeBook, path: Path, type: string): string | undefined {
  if (VALUE_TYPES.includes(type) || isMimeType(type) || MIME_RANGE.test(type)) return type
  book.addUnknown(
    path,
    'output type',
    type,
    String(type).includes('/') ? COMMON_MIME_TYPES : [...VALUE_TYPES, 'image/png'],
  )
  return undefined
}

/** `loop: page` or `loop: [page, variant]` of a producer or an output; `undefined` after a mistake. */
export function compileLoopNames(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  known: LoopNames,
): readonly string[] | undefined {
  const { loop } = mapping
  if (loop === undefined) return []
  const at = [...path, 'loop']
  const isList = Array.isArray(loop)
  const names = isList ? loop : [loop]
  if (names.length === 0) {
    book.add(at, 'The list of loops is empty: remove it, or name a loop.')
    return undefined
  }
  const seen = new Set<string>()
  let isRight = true
  for (const [index, name] of names.entries()) {
    const place = isList ? [...at, index] : at
    if (typeof name !== 'string') book.add(place, `Expected the name of a loop, got ${shown(name)}.`)
    else if (known && !known.has(name)) book.addUnknown(place, 'loop', name, known.keys())
    else if (seen.has(name)) book.add(place, `Loop "${name}" is named twice.`)
    else {
      seen.add(name)
      continue
    }
    isRight = false
  }
  return isRight ? (names as string[]) : undefined
}
