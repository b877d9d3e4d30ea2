import { type JsonObject, Table } from '../../index.js'
import { formatCount } from '../display/output.js'

/** What was read as a table, for machines. */
export interface TableNote {
  readonly rows: number
  readonly columns: number
  readonly delimiter?: string
}

/** What became of each input that is a list of rows, by name. */
export function tableNotes(inputs: Readonly<Record<string, unknown>> = {}): Record<string, TableNote> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => {
      if (value instanceof Table) return [[name, noteOf(value)]]
      return Array.isArray(value) && value.every(isRow) ? [[name, noteOfList(value)]] : []
    }),
  )
}

const isRow = (row: unknown): row is JsonObject =>
  typeof row === 'object' && row !== null && !Array.isArray(row)

function noteOf({ length, columns, source }: Table): TableNote {
  const delimiter = source?.delimiter
  return { rows: length, columns: columns.length, ...(delimiter !== undefined && { delimiter }) }
}

function noteOfList(list: readonly JsonObject[]): TableNote {
  return { rows: list.length, columns: new Set(list.flatMap(row => Object.keys(row))).size }
}

/** `rows: 20,000 rows, 6 columns, delimiter ;` */
export function tableLines(notes: Readonly<Record<string, TableNote>>): string[] {
  return Object.entries(notes).map(([name, { rows, columns, delimiter }]) => {
    const parts = [counted(rows, 'row'), counted(columns, 'column')]
    if (delimiter !== undefined) parts.push(`delimiter ${delimiter === '\t' ? 'tab' : delimiter}`)
    return `${name}: ${parts.join(', ')}`
  })
}

const counted = (count: number, what: string): string =>
  `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
