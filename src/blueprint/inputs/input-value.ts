import { nearestName } from '../../diagnostics/nearest-name.js'
import type { Path } from '../../diagnostics/place.js'
import { isExactNumber, parseJson } from '../../model/json/parse-json.js'
import type { JsonValue } from '../../model/json.js'
import { shown } from '../../model/text/shown-value.js'
import type { InputSpec } from '../blueprint.js'
import { firstScalarRow, type RowList, rowAt, Table } from './table.js'

/** Why a value does not fit its input; `path` leads to the part that is meant. */
export interface InputFault {
  readonly message: string
  readonly path: Path
  readonly suggestion?: string
}

/** What is wrong with a value of the right JSON kind or another; `undefined` when it fits. */
export function inputFault(spec: InputSpec, value: JsonValue | Table): InputFault | undefined {
  if (value instanceof Table) return tableFault(spec, value)
  return kindFault(spec, value) ?? limitFault(spec, value) ?? optionFault(spec, value)
}

function kindFault({ type }: InputSpec, value: JsonValue): InputFault | undefined {
  switch (type) {
    case 'json':
      return undefined
    case 'text':
      if (typeof value === 'string') return undefined
      return fault(`Expected text, got ${shown(value)}.${isScalar(value) ? ' Put it in quotes.' : ''}`)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : fault(`Expected true or false, got ${shown(value)}.`)
    case 'number':
      return typeof value === 'number' ? undefined : fault(`Expected a number, got ${shown(value)}.`)
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : fault(`Expected a whole number, got ${shown(value)}.`)
    case 'table': {
      if (!Array.isArray(value))
        return fault(`Expected a list of rows (a .csv, .jsonl, .json or .yaml file), got ${shown(value)}.`)
      return rowsFault(value)
    }
  }
}

function tableFault({ type }: InputSpec, table: Table): InputFault | undefined {
  if (type === 'json') return undefined
  return type === 'table' ? rowsFault(table) : fault(`Expected ${type}, got a table.`)
}

function rowsFault(rows: RowList): InputFault | undefined {
  const at = firstScalarRow(rows)
  if (at === undefined) return undefined
  const line =
    rows instanceof Table && rows.source ? ` in line ${rows.lineOf(at)} of ${rows.source.file}` : ''
  return fault(
    `Expected a row of named values${line}, got ${shown(rowAt(rows, at))}. (Type json takes any list.)`,
    [at],
  )
}

const isScalar = (value: JsonValue): boolean => typeof value === 'number' || typeof value === 'boolean'

function limitFault({ minimum, maximum }: InputSpec, value: JsonValue): InputFault | undefined {
  if (typeof value !== 'number') return undefined
  if (minimum !== undefined && value < minimum) return fault(`Expected at least ${minimum}, got ${value}.`)
  if (maximum !== undefined && value > maximum) return fault(`Expected at most ${maximum}, got ${value}.`)
  return undefined
}

const LISTED_OPTIONS = 20

function optionFault({ options }: InputSpec, value: JsonValue): InputFault | undefined {
  if (!options || options.includes(value)) return undefined
  const listed = options
    .slice(0, LISTED_OPTIONS)
    .map(option => shown(option))
    .join(', ')
  const more = options.length > LISTED_OPTIONS ? ', …' : ''
  const texts = options.filter(option => typeof option === 'string').slice(0, 1_000)
  const nearest = typeof value === 'string' ? nearestName(value.slice(0, 200), texts) : undefined
  return fault(`Expected one of ${listed}${more}, got ${shown(value)}.`, [], nearest)
}

function fault(message: string, path: Path = [], suggestion?: string): InputFault {
  return { message, path, ...(suggestion !== undefined && { suggestion }) }
}

const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i

/**
 * Reads a text, as it comes from a command line, as the type that is asked for: `6`, `true`, JSON. A text
 * that cannot be read stays as it is, except for JSON, where the fault says why.
 */
export function fromText(spec: InputSpec, text: string): { value: unknown } | { fault: InputFault } {
  switch (spec.type) {
    case 'text':
      return { value: text }
    case 'number':
    case 'integer':
      return { value: NUMBER.test(text) && isExactNumber(text) ? Number(text) : text }
    case 'boolean':
      return { value: text === 'true' ? true : text === 'false' ? false : text }
    case 'json':
    case 'table':
      try {
        return { value: parseJson(text) }
      } catch (error) {
        const way = spec.type === 'table' ? `-i ${spec.name}=@rows.csv` : `-i ${spec.name}=@file.json`
        return {
          fault: fault(
            `Expected JSON, or a file as in ${way}, got ${shown(text)} (${(error as Error).message}).`,
          ),
        }
      }
  }
}
