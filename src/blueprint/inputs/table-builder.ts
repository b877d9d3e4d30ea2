import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { CELL_END, Table, type TableBlock, type TableSource, WHOLE_ROW } from './table.js'

const BLOCK_BYTES = 1024 * 1024
const BLOCK_ROWS = 4096
/** Names beyond this are no columns: they are data, and their rows are kept whole. */
const OPEN_COLUMN_LIMIT = 10_000
/** Empty cells in front of one that a row has, at most; a row with more is kept whole. */
const GAP_LIMIT = 100

/** Builds a table row by row, in blocks of about a megabyte. */
export class TableBuilder {
  readonly #blocks: TableBlock[] = []
  readonly #columns: string[] = []
  readonly #columnIndex = new Map<string, number>()
  readonly #firstLacking = new Map<string, number>()
  /** Columns that every row so far has a value in. */
  readonly #complete = new Set<string>()
  #hasOtherNames = false
  #isFlat = true
  #firstScalar: number | undefined
  #bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #used = 0
  #ends = new Uint32Array(BLOCK_ROWS)
  #lines = new Uint32Array(BLOCK_ROWS)
  #rowsInBlock = 0
  #rowCount = 0

  /** `columns`: known before the first row, as those of a file with a header line. */
  constructor(columns: readonly string[] = []) {
    for (const name of columns) this.#addColumn(name)
  }

  get rowCount(): number {
    return this.#rowCount
  }

  /** A row of texts, one for each column. */
  addCells(cells: readonly string[], line: number): void {
    let text = ''
    for (let at = 0; at < cells.length; at++)
      text += at === 0 ? JSON.stringify(cells[at]) : CELL_END + JSON.stringify(cells[at])
    this.#append(text, line)
  }

  /** A row of any kind. One that has its names in another order than the columns is kept whole. */
  addValue(value: JsonValue, line: number): void {
    const cells = isJsonObject(value) ? this.#cellsOf(value) : this.#noCells()
    this.#append(cells === undefined ? WHOLE_ROW + JSON.stringify(value) : cells.join(CELL_END), line)
  }

  build(source?: TableSource): Table {
    this.#endBlock()
    return new Table({
      blocks: this.#blocks,
      rowCount: this.#rowCount,
      columns: this.#columns,
      firstLacking: this.#firstLacking,
      hasOtherNames: this.#hasOtherNames,
      isFlat: this.#isFlat,
      firstScalar: this.#firstScalar,
      source,
    })
  }

  #cellsOf(row: JsonObject): string[] | undefined {
    const names = Object.keys(row)
    for (const name of names) if (!this.#columnIndex.has(name)) this.#addOpenColumn(name)
    if (names.length < this.#columns.length)
      for (const name of this.#complete) if (!Object.hasOwn(row, name)) this.#noteLacking(name)
    const cells: string[] = []
    for (const name of names) {
      if (typeof row[name] === 'object' && row[name] !== null) this.#isFlat = false
      const at = this.#columnIndex.get(name) ?? -1
      if (at < cells.length || at > cells.length + GAP_LIMIT) {
        this.#isFlat = false
        return undefined
      }
      while (cells.length < at) cells.push('')
      cells.push(JSON.stringify(row[name]))
    }
    return cells
  }

  #noCells(): undefined {
    this.#isFlat = false
    this.#firstScalar ??= this.#rowCount
    for (const name of this.#complete) this.#noteLacking(name)
  }

  #noteLacking(name: string): void {
    this.#firstLacking.set(name, this.#rowCount)
    this.#complete.delete(name)
  }

  #addOpenColumn(name: string): void {
    if (this.#columns.length < OPEN_COLUMN_LIMIT) this.#addColumn(name)
    else this.#hasOtherNames = true
  }

  #addColumn(name: string): void {
    this.#columnIndex.set(name, this.#columns.length)
    this.#columns.push(name)
    if (this.#rowCount > 0) this.#firstLacking.set(name, 0)
    else this.#complete.add(name)
  }

  #append(text: string, line: number): void {
    // At most three bytes a UTF-16 unit; measured exactly only where that does not fit.
    if (this.#used + 3 * text.length > this.#bytes.length) this.#makeRoom(Buffer.byteLength(text))
    if (this.#rowsInBlock === BLOCK_ROWS) this.#endBlock()
    this.#used += this.#bytes.write(text, this.#used, 'utf8')
    this.#ends[this.#rowsInBlock] = this.#used
    this.#lines[this.#rowsInBlock] = line
    this.#rowsInBlock++
    this.#rowCount++
  }

  #makeRoom(sizeBytes: number): void {
    if (this.#used + sizeBytes <= this.#bytes.length) return
    this.#endBlock()
    if (sizeBytes > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(sizeBytes)
  }

  #endBlock(): void {
    if (this.#rowsInBlock > 0)
      this.#blocks.push({
        bytes: ownCopy(this.#bytes, this.#used),
        firstRow: this.#rowCount - this.#rowsInBlock,
        ends: this.#ends.slice(0, this.#rowsInBlock),
        lines: this.#lines.slice(0, this.#rowsInBlock),
      })
    if (this.#bytes.length !== BLOCK_BYTES) this.#bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    this.#used = 0
    this.#rowsInBlock = 0
  }
}

/** The block's buffer is used again; what is kept is only as long as it needs to be. */
function ownCopy(bytes: Buffer, length: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(length)
  bytes.copy(copy, 0, 0, length)
  return copy
}
