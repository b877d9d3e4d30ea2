import type { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Cell, CellType, TableColumn } from '../table-column.js'
import type { TableEncoder, TableFormat } from './table-format.js'

/** Rows of a row group, and the most characters that they may hold: a group is in memory as a whole. */
const GROUP_ROWS = 20_000
const GROUP_CHARS = 16_000_000

/** Apache Parquet, compressed with Snappy. Lists are lists; JSON is text that is marked as JSON. */
export const parquetFormat: TableFormat = {
  ending: '.parquet',
  holdsBytes: true,
  async open(columns) {
    const { ByteWriter, ParquetWriter } = await import('hyparquet-writer')
    const bytes = new ByteWriter()
    const schema = [{ name: 'root', num_children: columns.length }, ...columns.flatMap(schemaOf)]
    return new ParquetEncoder(
      columns,
      bytes,
      new ParquetWriter({ writer: bytes, schema, createdBy: 'showrunner' }),
    )
  },
}

class ParquetEncoder implements TableEncoder {
  readonly #columns: readonly TableColumn[]
  readonly #bytes: ByteWriter
  readonly #writer: ParquetWriter
  /** By column. */
  #group: unknown[][] = []
  #groupChars = 0

  constructor(columns: readonly TableColumn[], bytes: ByteWriter, writer: ParquetWriter) {
    this.#columns = columns
    this.#bytes = bytes
    this.#writer = writer
    this.#startGroup()
  }

  begin(): Uint8Array {
    return this.#take()
  }

  rows(rows: readonly (readonly Cell[])[]): Uint8Array {
    for (const [at, { type, depth }] of this.#columns.entries()) {
      const values = this.#group[at]!
      for (const cells of rows) {
        const value = parquetValue(cells[at], type, depth)
        if (typeof value === 'string' || value instanceof Uint8Array) this.#groupChars += value.length
        values.push(value)
      }
    }
    const isFull = this.#group[0]!.length >= GROUP_ROWS || this.#groupChars >= GROUP_CHARS
    return isFull ? this.#writeGroup() : this.#take()
  }

  end(): Uint8Array {
    const rest = this.#group[0]!.length > 0 ? this.#writeGroup() : this.#take()
    this.#writer.finish()
    return Buffer.concat([rest, this.#take()])
  }

  #startGroup(): void {
    this.#group = this.#columns.map(() => [])
    this.#groupChars = 0
  }

  #writeGroup(): Uint8Array {
    const columnData = this.#columns.map(({ name }, at) => ({ name, data: this.#group[at]! }))
    this.#writer.write({ columnData, rowGroupSize: this.#group[0]!.length })
    this.#startGroup()
    return this.#take()
  }

  /** What was encoded since the last time. */
  #take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice()
    this.#bytes.index = 0
    return taken
  }
}

/** As the writer takes it: 64-bit integers are big integers. What is of another type than its column is left out. */
function parquetValue(cell: Cell, type: CellType, depth: number): unknown {
  if (cell === undefined || cell === null) return null
  if (depth > 0) return !Array.isArray(cell) ? null : cell.map(each => parquetValue(each, type, depth - 1))
  if (!isOfType(cell, type)) return null
  return type === 'integer' ? BigInt(cell as number) : cell
}

function isOfType(cell: Cell, type: CellType): boolean {
  switch (type) {
    case 'text':
      return typeof cell === 'string'
    case 'integer':
      return Number.isSafeInteger(cell)
    case 'number':
    case 'boolean':
      return typeof cell === type
    case 'bytes':
      return cell instanceof Uint8Array
    case 'json':
      return true
  }
}

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]

/** A column, and below it what its lists hold. */
function schemaOf({ name, type, depth }: TableColumn): Element[] {
  if (depth === 0) return [{ name, repetition_type: 'OPTIONAL', ...TYPES[type] }]
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...schemaOf({ name: 'element', type, depth: depth - 1 }),
  ]
}

const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
  bytes: { type: 'BYTE_ARRAY' },
} as const satisfies Record<CellType, Partial<Element>>
