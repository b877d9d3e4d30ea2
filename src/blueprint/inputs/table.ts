import { isJsonObject, type JsonObject, type JsonPath, type JsonValue, valueAt } from '../../model/json.js'

/** How a file was read, to show that it was read as it was meant. */
export interface TableSource {
  /** The path, as it was given. */
  readonly file: string
  /** How the file was read. */
  readonly format: 'csv' | 'jsonl'
  /** Between the cells of a CSV file. */
  readonly delimiter?: string
  /** What the bytes were decoded as. */
  readonly encoding?: string
}

/** Rows that follow each other in one buffer. */
export interface TableBlock {
  readonly bytes: Buffer
  readonly firstRow: number
  /** Where each row ends in `bytes`. */
  readonly ends: Uint32Array
  /** Line of the file that each row begins at, from 1. */
  readonly lines: Uint32Array
}

/** Between the cells of a row: JSON text holds no raw control characters. */
export const CELL_END = '\x1f'
/** In front of a row that is kept as one JSON text, because it does not fit the columns. */
export const WHOLE_ROW = '\x1e'

export interface TableParts {
  readonly blocks: readonly TableBlock[]
  readonly rowCount: number
  readonly columns: readonly string[]
  /** By column, the first row that has no value in it. */
  readonly firstLacking: ReadonlyMap<string, number>
  /** Rows that are kept whole may have names that are no columns. */
  readonly hasOtherNames: boolean
  /** No cell holds a list or an object. */
  readonly isFlat: boolean
  /** The first row that is no object. */
  readonly firstScalar: number | undefined
  readonly source: TableSource | undefined
}

/**
 * A list of rows that takes about as much memory as its file, outside the heap: rows are kept as the JSON texts
 * of their cells and decoded when they are asked for. Everything else treats it like the list of objects that it
 * stands for; hashes and records of both are the same.
 */
export class Table {
  /** How many rows there are. */
  readonly length: number
  /** The names of the columns, in the order of the file. */
  readonly columns: readonly string[]
  /** The file that it was read from; undefined for rows that a program gave. */
  readonly source: TableSource | undefined
  /** Its rows are objects whose cells hold no list and no object. */
  readonly isFlat: boolean
  /** The first row that is no object of named values; `undefined` when all are. */
  readonly firstScalar: number | undefined
  readonly #blocks: readonly TableBlock[]
  readonly #columnIndex: ReadonlyMap<string, number>
  readonly #keys: readonly string[]
  readonly #firstLacking: ReadonlyMap<string, number>
  readonly #hasOtherNames: boolean
  /** An object has names that are numbers in front, whatever the order of its columns. */
  readonly #hasNumberNames: boolean
  #lastRow = -1
  #lastCells: readonly string[] = []
  #list: JsonValue[] | undefined

  constructor(parts: TableParts) {
    this.length = parts.rowCount
    this.columns = parts.columns
    this.source = parts.source
    this.isFlat = parts.isFlat
    this.firstScalar = parts.firstScalar
    this.#blocks = parts.blocks
    this.#columnIndex = new Map(parts.columns.map((name, at) => [name, at]))
    this.#keys = parts.columns.map(name => `${JSON.stringify(name)}:`)
    this.#firstLacking = parts.firstLacking
    this.#hasOtherNames = parts.hasOtherNames
    this.#hasNumberNames = parts.columns.some(name => /^(0|[1-9]\d{0,9})$/.test(name))
  }

  /** A row as the object it stands for; `undefined` where the table ends. */
  at(row: number): JsonValue | undefined {
    if (row < 0 || row >= this.length) return undefined
    const cells = this.#cellsOf(row)
    if (cells.length === 1 && cells[0]!.startsWith(WHOLE_ROW)) return parseWhole(cells[0]!)
    const object: JsonObject = {}
    for (let at = 0; at < cells.length; at++) {
      const name = this.columns[at]!
      if (cells[at] === '') continue
      // Assigned, it would be the row's prototype.
      if (name === '__proto__') Object.defineProperty(object, name, ownValue(parseCell(cells[at]!)))
      else object[name] = parseCell(cells[at]!)
    }
    return object
  }

  /** What a path leads to within a row. */
  part(row: number, path: JsonPath): JsonValue | undefined {
    const [name, ...rest] = path
    if (typeof name !== 'string' || row < 0 || row >= this.length) return valueAt(this.at(row), path)
    const cells = this.#cellsOf(row)
    if (cells.length === 1 && cells[0]!.startsWith(WHOLE_ROW)) return valueAt(parseWhole(cells[0]!), path)
    const cell = cells[this.#columnIndex.get(name) ?? -1]
    return cell === undefined || cell === '' ? undefined : valueAt(parseCell(cell), rest)
  }

  /** The first row where a path leads nowhere; `undefined` when there is none. */
  firstLacking(path: JsonPath): number | undefined {
    const [name] = path
    if (this.length === 0 || name === undefined) return undefined
    if (path.length === 1 && typeof name === 'string') {
      if (this.#columnIndex.has(name)) return this.#firstLacking.get(name)
      if (!this.#hasOtherNames) return 0
    }
    for (let row = 0; row < this.length; row++) if (this.part(row, path) === undefined) return row
    return undefined
  }

  /** The line of the file at which a row begins, from 1. */
  lineOf(row: number): number | undefined {
    const block = this.#blockOf(row)
    return block?.lines[row - block.firstRow]
  }

  /** The rows' JSON texts, the same as of `JSON.stringify`, from `start` until before `end`. */
  *jsonTexts(start = 0, end = this.length): IterableIterator<string> {
    for (let row = start; row < end; row++)
      yield this.#hasNumberNames ? JSON.stringify(this.at(row)) : this.#jsonText(this.#cellsOf(row))
  }

  /** The rows from `start` to `end`, as `Array.slice` counts them. */
  slice(start: number, end: number): JsonValue[] {
    return Array.from({ length: end - start }, (_, at) => this.at(start + at)!)
  }

  /** All rows as objects, kept from then on; for whoever passes the whole table on. */
  toList(): JsonValue[] {
    this.#list ??= this.slice(0, this.length)
    return this.#list
  }

  #jsonText(cells: readonly string[]): string {
    if (cells.length === 1 && cells[0]!.startsWith(WHOLE_ROW)) return cells[0]!.slice(1)
    let text = ''
    for (let at = 0; at < cells.length; at++)
      if (cells[at] !== '') text += (text === '' ? '{' : ',') + this.#keys[at] + cells[at]
    return text === '' ? '{}' : `${text}}`
  }

  /** A job reads several cells of its row one after the other. */
  #cellsOf(row: number): readonly string[] {
    if (row === this.#lastRow) return this.#lastCells
    const { bytes, firstRow, ends } = this.#blockOf(row)!
    const at = row - firstRow
    const text = bytes.toString('utf8', at === 0 ? 0 : ends[at - 1]!, ends[at]!)
    this.#lastCells = text.startsWith(WHOLE_ROW) ? [text] : text.split(CELL_END)
    this.#lastRow = row
    return this.#lastCells
  }

  #blockOf(row: number): TableBlock | undefined {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#blocks[middle]!.firstRow <= row) low = middle
      else high = middle - 1
    }
    return this.#blocks[low]
  }
}

const parseWhole = (text: string): JsonValue => JSON.parse(text.slice(1)) as JsonValue

const ownValue = (value: JsonValue): PropertyDescriptor => ({
  value,
  writable: true,
  enumerable: true,
  configurable: true,
})

function parseCell(text: string): JsonValue {
  // Most cells are texts without escapes.
  if (text.charCodeAt(0) === 0x22 && !text.includes('\\')) return text.slice(1, -1)
  return JSON.parse(text) as JsonValue
}

/** What a list of rows is to those that loop over it. */
export type RowList = readonly JsonValue[] | Table

export function rowAt(rows: RowList, row: number): JsonValue | undefined {
  return rows instanceof Table ? rows.at(row) : rows[row]
}

export function rowPart(rows: RowList, row: number, path: JsonPath): JsonValue | undefined {
  return rows instanceof Table ? rows.part(row, path) : valueAt(rows[row], path)
}

/** The first row where a path leads nowhere; `undefined` when there is none. */
export function firstLackingRow(rows: RowList, path: JsonPath): number | undefined {
  if (rows instanceof Table) return rows.firstLacking(path)
  const at = rows.findIndex(row => valueAt(row, path) === undefined)
  return at === -1 ? undefined : at
}

/** The first row that is no object of named values; `undefined` when all are. */
export function firstScalarRow(rows: RowList): number | undefined {
  if (rows instanceof Table) return rows.firstScalar
  const at = rows.findIndex(row => !isJsonObject(row))
  return at === -1 ? undefined : at
}
