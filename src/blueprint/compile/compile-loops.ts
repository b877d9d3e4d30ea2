import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { checkKeys, readMapping } from '../../diagnostics/read-shape.js'
import { shown } from '../../diagnostics/shown-value.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import type { InputReference, InputType, LoopSpec } from '../blueprint.js'
import { PLAN_JOB_LIMIT } from '../blueprint-limits.js'
import { loopSchema } from '../blueprint-schema.js'
import { parseTemplate } from '../reference/parse-template.js'
import { checkName } from './check-name.js'
import { checkInputReference } from './check-reference.js'
import { compileKey } from './compile-key.js'
import type { NameTable } from './name-table.js'

/** The loops by name; `undefined` for one that has a mistake. */
export function compileLoops(
  book: MistakeBook,
  section: JsonObject,
  inputs: NameTable['inputs'],
): ReadonlyMap<string, LoopSpec | undefined> {
  return new Map(
    Object.entries(section).map(([name, value]) => {
      const path = ['loops', name]
      checkName(book, 'loop', path)
      const mapping = readMapping(book, value, path)
      if (!mapping) return [name, undefined]
      checkKeys(book, mapping, path, loopSchema.shape)
      return [name, compileLoop(book, name, mapping, inputs)]
    }),
  )
}

function compileLoop(
  book: MistakeBook,
  name: string,
  { count, over, key }: JsonObject,
  inputs: NameTable['inputs'],
): LoopSpec | undefined {
  const path = ['loops', name]
  if ((count === undefined) === (over === undefined)) {
    const got = count === undefined ? 'neither' : 'both'
    book.add(
      path,
      `A loop has either count (a whole number or \${inputs.name}) or over (\${inputs.name}), got ${got}.`,
      undefined,
      'key',
    )
    return undefined
  }
  if (over !== undefined) {
    const reference = readSource(book, [...path, 'over'], over, inputs)
    const template = key === undefined ? undefined : compileKey(book, name, key)
    return reference && { type: 'over', name, over: reference, ...(template && { key: template }) }
  }
  if (key !== undefined)
    book.add(
      [...path, 'key'],
      'A loop that counts has no elements to name: its numbers are its keys. Take "key" away.',
      undefined,
      'key',
    )
  if (typeof count !== 'number') {
    const reference = readSource(book, [...path, 'count'], count!, inputs)
    return reference && { type: 'count', name, count: reference }
  }
  if (Number.isInteger(count) && count >= 0 && count <= PLAN_JOB_LIMIT) return { type: 'count', name, count }
  book.add([...path, 'count'], `Expected a whole number from 0 to ${PLAN_JOB_LIMIT}, got ${count}.`)
  return undefined
}

/** Exactly one `${inputs.name}`, of a type that the loop can use. */
function readSource(
  book: MistakeBook,
  path: Path,
  value: JsonValue,
  inputs: NameTable['inputs'],
): InputReference | undefined {
  const isCount = path.at(-1) === 'count'
  const expected = `Expected ${isCount ? 'a whole number, or ' : ''}exactly one reference to an input, \${inputs.name}`
  const { parts, faults } = parseTemplate(typeof value === 'string' ? value : '')
  for (const fault of faults) book.add(path, fault.message, fault.suggestion, fault.offset)
  if (faults.length > 0) return undefined
  const [part] = parts
  if (parts.length !== 1 || part === undefined || typeof part === 'string') {
    book.add(path, `${expected}, got ${shown(value)}.`)
    return undefined
  }
  const { reference, offset } = part
  const fail = (message: string): undefined => book.add(path, message, undefined, offset) as undefined
  if (reference.type === 'artifact')
    return fail(
      `${reference.source} is made during the run, so the size of this loop is not known before it starts; that is not supported yet. Give the list as an input.`,
    )
  if (reference.type !== 'input') return fail(`${expected}, got ${reference.source}.`)
  if (reference.isOptional) return fail('A loop needs its value: remove the "?".')
  if (!checkInputReference(book, { path, offset }, reference, inputs)) return undefined
  const type = inputs?.get(reference.input)
  if (type === undefined || reference.path.length > 0) return reference
  const types: readonly InputType[] = isCount ? ['integer'] : ['table', 'json']
  if (types.includes(type)) return reference
  return fail(`${reference.source} is ${type}; ${path.at(-1)} needs an input of type ${types.join(' or ')}.`)
}
