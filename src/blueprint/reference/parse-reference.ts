import { isForbiddenKey } from '../../model/json/forbidden-key.js'
import { POSITION_DIGITS, QUOTED_KEY, unquotedKey } from '../../model/json/quoted-key.js'
import type { JsonPath } from '../../model/json.js'
import type { ReferenceFault } from './reference-cursor.js'
import { ReferenceCursor, ReferenceFaultSignal } from './reference-cursor.js'
import type { Bracket, ReferenceSyntax } from './reference-syntax.js'

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
/** Keys of JSON and of CSV headers, in any alphabet: reads tables of Unicode, so it is made when the first one comes. */
let pathKey: RegExp | undefined
/** Most are: letters, digits, `_` and `-` of ASCII, and none of another alphabet after them. */
const ASCII_PATH_KEY = /[A-Za-z_][\w-]*(?![\w\u0080-\uffff-])/y
const DIGITS = /[0-9]+/y
const SIGN = /[+-]/y
const QUOTED = new RegExp(QUOTED_KEY.source, 'y')

export type ParsedReference =
  | { readonly reference: ReferenceSyntax; readonly end: number }
  | { readonly fault: ReferenceFault; readonly end: number }

/**
 * Reads the `${…}` that starts at `start`. `end` is the offset just after it; after a fault, of the place
 * where reading can go on.
 */
export function parseReference(text: string, start = 0): ParsedReference {
  const cursor = new ReferenceCursor(text, start)
  try {
    cursor.expect('${', '"${"')
    const shape = readShape(cursor)
    const isOptional = cursor.accept('?')
    cursor.expect('}', 'a closing }')
    const source = text.slice(start, cursor.at)
    return { reference: { ...shape, source, isOptional } as ReferenceSyntax, end: cursor.at }
  } catch (error) {
    if (!(error instanceof ReferenceFaultSignal)) throw error
    const closing = text.indexOf('}', cursor.at)
    return { fault: error.fault, end: closing === -1 ? text.length : closing + 1 }
  }
}

type Shape = ReferenceSyntax extends infer Syntax
  ? Syntax extends ReferenceSyntax
    ? Omit<Syntax, 'source' | 'isOptional'>
    : never
  : never

function readShape(cursor: ReferenceCursor): Shape {
  const name = readName(cursor, 'the name of a producer or loop, "inputs" or "index"')
  if (name === 'inputs') {
    if (!cursor.accept('.')) throw nameMissing('inputs', 'which input', '${inputs.story}')
    return { type: 'input', input: readName(cursor, 'the name of an input'), path: readPath(cursor) }
  }
  if (name === 'index') {
    if (!cursor.accept('.')) throw nameMissing('index', 'of which loop', '${index.page}')
    return { type: 'index', loop: readName(cursor, 'the name of a loop') }
  }
  if (!/^[A-Z]/.test(name)) return { type: 'element', loop: name, path: readPath(cursor) }
  const selectors = readBrackets(cursor)
  if (!cursor.accept('.'))
    throw cursor.accept('}') || cursor.accept('?')
      ? nameMissing(name, 'which output', `\${${name}.Output}`)
      : cursor.unexpected(`"." and the name of an output of ${name}`)
  const output = readName(cursor, 'the name of an output')
  return {
    type: 'artifact',
    producer: name,
    selectors,
    output,
    brackets: readBrackets(cursor),
    path: readPath(cursor),
  }
}

function nameMissing(name: string, what: string, example: string): ReferenceFaultSignal {
  return new ReferenceFaultSignal(`"${name}" alone is not a value: say ${what}, as in "${example}".`)
}

function readName(cursor: ReferenceCursor, expectation: string): string {
  const name = cursor.match(NAME)
  if (name === undefined) throw cursor.unexpected(expectation)
  return name
}

function readPath(cursor: ReferenceCursor): JsonPath {
  const path: (string | number)[] = []
  for (;;) {
    if (cursor.accept('.')) path.push(checkedKey(readPathKey(cursor)))
    else if (cursor.accept('[')) path.push(pathStep(readBracket(cursor)))
    else return path
  }
}

function readPathKey(cursor: ReferenceCursor): string {
  let key = cursor.match(ASCII_PATH_KEY)
  if (key === undefined) {
    pathKey ??= /[\p{L}_][\p{L}\p{M}\p{N}_-]*/uy
    key = cursor.match(pathKey)
  }
  if (key !== undefined) return key
  const digits = cursor.match(DIGITS)
  if (digits === undefined) throw cursor.unexpected('a key')
  throw new ReferenceFaultSignal(
    `".${digits}" is not a key. Write [${digits}] for the element of a list, ["${digits}"] for a key of an object.`,
  )
}

/** The step into JSON that a bracket stands for. */
function pathStep(bracket: Bracket): string | number {
  if (bracket.type === 'fixed') return bracket.index
  if (bracket.type === 'key') return bracket.key
  const written = bracket.type === 'all' ? '[*]' : `[${bracket.loop}]`
  throw new ReferenceFaultSignal(
    `${written} cannot go into JSON: write an index such as [0], or a key such as ["name"].`,
  )
}

function readBrackets(cursor: ReferenceCursor): Bracket[] {
  const brackets: Bracket[] = []
  while (cursor.accept('[')) brackets.push(readBracket(cursor))
  return brackets
}

function readBracket(cursor: ReferenceCursor): Bracket {
  const bracket = readBracketContent(cursor)
  cursor.expect(']', 'a closing ]')
  return bracket
}

function readBracketContent(cursor: ReferenceCursor): Bracket {
  if (cursor.accept('*')) return { type: 'all' }
  const digits = cursor.match(DIGITS)
  if (digits !== undefined) return { type: 'fixed', index: toIndex(digits) }
  const quoted = cursor.match(QUOTED)
  if (quoted !== undefined) return { type: 'key', key: checkedKey(unquoted(quoted)) }
  const loop = cursor.match(NAME)
  if (loop === undefined) throw cursor.unexpected('a loop such as [page], an index from 0, or *')
  const sign = cursor.match(SIGN)
  if (sign === undefined) return { type: 'loop', loop, offset: 0 }
  const distance = cursor.match(DIGITS)
  if (distance === undefined) throw cursor.unexpected(`a number, as in [${loop}${sign}1]`)
  const offset = toIndex(distance)
  return { type: 'loop', loop, offset: sign === '-' && offset > 0 ? -offset : offset }
}

function toIndex(digits: string): number {
  if (digits.length <= POSITION_DIGITS) return Number(digits)
  throw new ReferenceFaultSignal(`${digits.slice(0, 20)} is too large for an index.`)
}

function unquoted(quoted: string): string {
  const key = unquotedKey(quoted)
  if (key !== undefined) return key
  throw new ReferenceFaultSignal(`${quoted} is not a JSON string.`)
}

function checkedKey(key: string): string {
  if (!isForbiddenKey(key)) return key
  throw new ReferenceFaultSignal(`The key "${key}" is not allowed: it means something else in JavaScript.`)
}
