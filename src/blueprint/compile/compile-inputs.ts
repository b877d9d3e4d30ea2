import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { checkKeys, readKey, readMapping } from '../../diagnostics/read-shape.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import type { InputSpec } from '../blueprint.js'
import { inputSchema } from '../blueprint-schema.js'
import { inputFault } from '../inputs/input-value.js'
import { checkName } from './check-name.js'

/** The inputs by name; `undefined` for one that has a mistake. */
export function compileInputs(
  book: MistakeBook,
  section: JsonObject,
): ReadonlyMap<string, InputSpec | undefined> {
  return new Map(
    Object.entries(section).map(([name, value]) => {
      checkName(book, 'input', ['inputs', name])
      return [name, compileInput(book, name, value)]
    }),
  )
}

function compileInput(book: MistakeBook, name: string, value: JsonValue): InputSpec | undefined {
  const path = ['inputs', name]
  if (typeof value === 'string') {
    const type = readKey(book, { [name]: value }, ['inputs'], name, inputSchema.shape.type)
    return type && { ...NOTHING, name, type }
  }
  const mapping = readMapping(book, value, path)
  if (!mapping) return undefined
  const before = book.count
  checkKeys(book, mapping, path, inputSchema.shape)
  const { shape } = inputSchema
  const type = readKey(book, mapping, path, 'type', shape.type)
  const spec = {
    description: readKey(book, mapping, path, 'description', shape.description),
    default: readKey(book, mapping, path, 'default', shape.default),
    minimum: readKey(book, mapping, path, 'minimum', shape.minimum),
    maximum: readKey(book, mapping, path, 'maximum', shape.maximum),
    options: readKey(book, mapping, path, 'options', shape.options),
  }
  if (!type) return undefined
  const input: InputSpec = { name, type, ...spec }
  if (book.count === before) checkLimits(book, path, input)
  return input
}

const NOTHING = {
  description: undefined,
  default: undefined,
  minimum: undefined,
  maximum: undefined,
  options: undefined,
}

function checkLimits(book: MistakeBook, path: Path, input: InputSpec): void {
  const { type, minimum, maximum, options } = input
  const isNumber = type === 'number' || type === 'integer'
  for (const key of ['minimum', 'maximum'] as const)
    if (input[key] !== undefined && !isNumber)
      book.add([...path, key], `${key} is for number and integer; this input is ${type}.`)
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    book.add([...path, 'minimum'], `minimum ${minimum} is above maximum ${maximum}.`)
  if (options && !isNumber && type !== 'text')
    book.add([...path, 'options'], `options are for text, number and integer; this input is ${type}.`)
  else
    for (const [at, option] of options?.entries() ?? []) {
      const fault = inputFault({ ...input, options: undefined }, option)
      if (fault) book.add([...path, 'options', at], `This option can never be given: ${fault.message}`)
    }
  if (input.default === undefined || input.default === null) return
  const fault = inputFault(input, input.default)
  if (fault)
    book.add(
      [...path, 'default', ...fault.path],
      `The default does not fit: ${fault.message}`,
      fault.suggestion,
    )
}
