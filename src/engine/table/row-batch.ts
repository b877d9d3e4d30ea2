import type { Cell } from './table-column.js'

/** Rows that are encoded at once, and the most that they may hold, so that bytes in a table do not fill the memory. */
const BATCH_ROWS = 500
const BATCH_CHARS = 4_000_000

/** Gathers rows until there are enough to encode. */
export class RowBatch {
  #rows: (readonly Cell[])[] = []
  #chars = 0

  get isFull(): boolean {
    return this.#rows.length >= BATCH_ROWS || this.#chars >= BATCH_CHARS
  }

  add(cells: readonly Cell[]): void {
    this.#rows.push(cells)
    this.#chars += lengthOf(cells)
  }

  take(): readonly (readonly Cell[])[] {
    const rows = this.#rows
    this.#rows = []
    this.#chars = 0
    return rows
  }
}

/** Of texts and bytes, which alone may be long. */
function lengthOf(cell: Cell): number {
  if (typeof cell === 'string' || cell instanceof Uint8Array) return cell.length
  if (!Array.isArray(cell)) return 8
  let length = 0
  for (const each of cell) length += lengthOf(each)
  return length
}
