import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { Path } from '../../../diagnostics/place.js'
import { checkKeys, readKey, readMapping } from '../../../diagnostics/read-shape.js'
import type { JsonObject, JsonValue } from '../../../model/json.js'
import { shown } from '../../../model/text/shown-value.js'
import type { InputReference, InputType, KeyTemplate, LoopSpec } from '../../blueprint.js'
import { PLAN_JOB_LIMIT } from '../../blueprint-limits.js'
import { loopSchema } from '../../loop-schema.js'
import { parseTemplate } from '../../reference/parse-template.js'
import type { ReferenceSyntax } from '../../reference/reference-syntax.js'
import { checkName } from '../check-name.js'
import { checkInputReference } from '../check-reference.js'
import { compileKey } from '../compile-key.js'
import type { NameTable } from '../name-table.js'
import { compileUntil, type UntilDraft } from './compile-until.js'

/** A loop before the names are looked up that its list comes from. */
export interface LoopDraft extends Pick<LoopSpec, 'name' | 'type' | 'max' | 'min' | 'expect'> {
  readonly key?: KeyTemplate
  readonly until?: UntilDraft
  readonly source: number | { readonly reference: ReferenceSyntax; readonly offset: number }
}

export type LoopDrafts = ReadonlyMap<string, LoopDraft | undefined>

/** The loops by name; `undefined` for one that has a mistake. */
export function compileLoops(
  book: MistakeBook,
  section: JsonObject,
  inputs: NameTable['inputs'],
): LoopDrafts {
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
  mapping: JsonObject,
  inputs: NameTable['inputs'],
): LoopDraft | undefined {
  const path = ['loops', name]
  const { count, over, key } = mapping
  const limits = compileLimits(book, mapping, path)
  if (mapping.until !== undefined) {
    const until = compileUntil(book, name, mapping, (at, text) => readAccepted(book, at, text, inputs))
    if (until === undefined) return undefined
    const { attempts } = until
    if (limits.expect !== undefined && limits.expect > attempts)
      book.add([...path, 'expect'], `expect ${limits.expect} is above until.attempts ${attempts}.`)
    const min = typeof until.accepted === 'number' ? until.accepted : 0
    return { type: 'count', name, source: attempts, until, ...limits, min, max: attempts }
  }
  if ((count === undefined) === (over === undefined)) {
    const got = count === undefined ? 'neither' : 'both'
    book.add(
      path,
      `A loop has either count (a whole number or \${inputs.name}), over (\${inputs.name}) or until, got ${got}.`,
      undefined,
      'key',
    )
    return undefined
  }
  if (over !== undefined) {
    const source = readSource(book, [...path, 'over'], over, inputs)
    const template =
      key === undefined
        ? undefined
        : compileKey(book, name, key, parseTemplate(typeof key === 'string' ? key : ''))
    return source && { type: 'over', name, source, ...(template && { key: template }), ...limits }
  }
  if (key !== undefined)
    book.add(
      [...path, 'key'],
      'A loop that counts has no elements to name: its numbers are its keys. Take "key" away.',
      undefined,
      'key',
    )
  if (typeof count !== 'number') {
    const source = readSource(book, [...path, 'count'], count!, inputs)
    return source && { type: 'count', name, source, ...limits }
  }
  if (Number.isInteger(count) && count >= 0 && count <= PLAN_JOB_LIMIT)
    return { type: 'count', name, source: count, ...limits }
  book.add([...path, 'count'], `Expected a whole number from 0 to ${PLAN_JOB_LIMIT}, got ${count}.`)
  return undefined
}

function compileLimits(book: MistakeBook, mapping: JsonObject, path: Path) {
  const { shape } = loopSchema
  const max = readKey(book, mapping, path, 'max', shape.max)
  const min = readKey(book, mapping, path, 'min', shape.min)
  const expect = readKey(book, mapping, path, 'expect', shape.expect)
  if (max !== undefined && max > PLAN_JOB_LIMIT)
    book.add([...path, 'max'], `max is ${max}; a plan has at most ${PLAN_JOB_LIMIT} jobs.`)
  for (const [key, value] of Object.entries({ min, expect }))
    if (value !== undefined && max !== undefined && value > max)
      book.add([...path, key], `${key} ${value} is above max ${max}.`)
  return { max, min, expect }
}

/** Exactly one reference; one to an input is checked here. */
function readSource(
  book: MistakeBook,
  path: Path,
  value: JsonValue,
  inputs: NameTable['inputs'],
): Exclude<LoopDraft['source'], number> | undefined {
  const isCount = path.at(-1) === 'count'
  const expected = `Expected ${isCount ? 'a whole number, or ' : ''}exactly one reference to an input, \${inputs.name}, to an element of a loop around it, \${row.list}, or to what a producer makes`
  const { parts, faults } = parseTemplate(typeof value === 'string' ? value : '')
  for (const fault of faults) book.add(path, fault.message, fault.suggestion, fault.offset)
  if (faults.length > 0) return undefined
  const [part] = parts
  if (parts.length !== 1 || part === undefined || typeof part === 'string') {
    book.add(path, `${expected}; got ${shown(value)}.`)
    return undefined
  }
  const { reference, offset } = part
  const fail = (message: string): undefined => book.add(path, message, undefined, offset) as undefined
  if (reference.type === 'index') return fail(`${expected}; got ${reference.source}.`)
  if (reference.isOptional) return fail('A loop needs its value: remove the "?".')
  if (reference.type !== 'input') return part
  if (!checkInputReference(book, { path, offset }, reference, inputs)) return undefined
  const type = inputs?.get(reference.input)
  if (type === undefined || reference.path.length > 0) return part
  const types: readonly InputType[] = isCount ? ['integer'] : ['table', 'json']
  if (types.includes(type)) return part
  return fail(`${reference.source} is ${type}; ${path.at(-1)} needs an input of type ${types.join(' or ')}.`)
}

/** The one reference to an input that says how many elements are to be accepted. */
function readAccepted(
  book: MistakeBook,
  path: Path,
  text: string,
  inputs: NameTable['inputs'],
): InputReference | undefined {
  const { parts, faults } = parseTemplate(text)
  for (const fault of faults) book.add(path, fault.message, fault.suggestion, fault.offset)
  if (faults.length > 0) return undefined
  const [part] = parts
  if (
    parts.length !== 1 ||
    part === undefined ||
    typeof part === 'string' ||
    part.reference.type !== 'input'
  ) {
    book.add(
      path,
      `Expected a whole number, or exactly one reference to an input, \${inputs.name}; got ${shown(text)}.`,
    )
    return undefined
  }
  const { reference, offset } = part
  if (!checkInputReference(book, { path, offset }, reference, inputs)) return undefined
  const type = inputs?.get(reference.input)
  if (type === undefined || type === 'integer' || reference.path.length > 0) return reference
  book.add(
    path,
    `${reference.source} is ${type}; accepted needs an input of type integer.`,
    undefined,
    offset,
  )
  return undefined
}
