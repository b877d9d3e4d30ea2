import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { readKey, readMapping } from '../../diagnostics/read-shape.js'
import { type Condition, TEST_OPERATORS } from '../../model/condition/condition.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { linearPattern } from '../../model/linear-pattern.js'
import { shown } from '../../model/text/shown-value.js'
import { testSchema } from '../condition-schema.js'
import type { ReferenceUse } from '../reference/reference-use.js'

/** A regular expression of `matches`. */
const PATTERN_LIMIT_CHARS = 1_000

const CONDITION_KEYS = ['all', 'any', ...Object.keys(testSchema.shape)]

/** Compiles what a test compares. */
export type CompileValue<Value> = (value: JsonValue, path: Path, use: ReferenceUse) => Value

interface Literal {
  readonly type: 'literal'
  readonly value: JsonValue
}

/** A `when`: one test, or `all` / `any` of conditions. `undefined` after a mistake. */
export function compileCondition<Value>(
  book: MistakeBook,
  value: JsonValue,
  path: Path,
  compile: CompileValue<Value>,
): Condition<Value | Literal> | undefined {
  const mapping = readMapping(book, value, path)
  if (!mapping) return undefined
  for (const key of Object.keys(mapping))
    if (!CONDITION_KEYS.includes(key)) book.addUnknown([...path, key], 'key', key, CONDITION_KEYS, 'key')
  const kinds = ['all', 'any', 'value'].filter(key => mapping[key] !== undefined)
  const [kind] = kinds
  if (kinds.length !== 1) {
    const got = kinds.length === 0 ? 'none of them' : kinds.join(' and ')
    book.add(path, `A condition has one of value, all or any, got ${got}.`, undefined, 'key')
    return undefined
  }
  if (kind === 'value') return compileTest(book, mapping, path, compile)
  for (const key of TEST_OPERATORS)
    if (mapping[key] !== undefined)
      book.add(
        [...path, key],
        `"${key}" needs a value to test: put it into the list, beside its value.`,
        undefined,
        'key',
      )
  return compileList(book, kind as 'all' | 'any', mapping, path, compile)
}

function compileList<Value>(
  book: MistakeBook,
  type: 'all' | 'any',
  mapping: JsonObject,
  path: Path,
  compile: CompileValue<Value>,
): Condition<Value | Literal> | undefined {
  const list = mapping[type]!
  if (!Array.isArray(list) || list.length === 0) {
    const got = Array.isArray(list) ? 'an empty one' : shown(list)
    book.add([...path, type], `Expected a list of conditions, got ${got}.`)
    return undefined
  }
  const conditions = list.map((item, at) => compileCondition(book, item, [...path, type, at], compile))
  return { type, conditions: conditions.filter(condition => condition !== undefined) }
}

function compileTest<Value>(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  compile: CompileValue<Value>,
): Condition<Value | Literal> {
  const used = TEST_OPERATORS.filter(operator => mapping[operator] !== undefined)
  // A misspelt operator was reported already.
  if (used.length === 0 && Object.keys(mapping).length === 1)
    book.add(path, `A condition says what its value must be: ${TEST_OPERATORS.join(', ')}.`, undefined, 'key')
  for (const operator of used) checkOperand(book, mapping, path, operator)
  return {
    type: 'test',
    value: compile(mapping.value!, [...path, 'value'], used.includes('exists') ? 'exists' : 'test'),
    operators: used.map(operator => ({
      operator,
      operand:
        operator === 'matches'
          ? { type: 'literal', value: mapping.matches! }
          : compile(mapping[operator]!, [...path, operator], 'test'),
    })),
  }
}

function checkOperand(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  operator: (typeof TEST_OPERATORS)[number],
): void {
  const operand = mapping[operator]!
  const at = [...path, operator]
  switch (operator) {
    case 'exists':
      readKey(book, mapping, path, 'exists', testSchema.shape.exists)
      return
    case 'matches':
      if (readKey(book, mapping, path, 'matches', testSchema.shape.matches) !== undefined)
        checkPattern(book, at, String(operand))
      return
    case 'in':
      if (!Array.isArray(operand) && typeof operand !== 'string')
        book.add(at, `Expected a list, or one \${…} that is a list, got ${shown(operand)}.`)
      return
    case 'greaterThan':
    case 'lessThan':
    case 'atLeast':
    case 'atMost':
      if (typeof operand !== 'number' && typeof operand !== 'string')
        book.add(at, `Expected a number, a text or \${…}, got ${shown(operand)}.`)
      return
    default:
  }
}

/** The pattern is compiled as the planner does; its text is not read as a template, since `$` means the end. */
function checkPattern(book: MistakeBook, path: Path, pattern: string): void {
  if (pattern.length > PATTERN_LIMIT_CHARS) {
    book.add(path, `The pattern has ${pattern.length} characters; ${PATTERN_LIMIT_CHARS} are allowed.`)
    return
  }
  try {
    linearPattern(pattern)
  } catch (error) {
    book.add(path, `${(error as Error).message}.`)
  }
}
