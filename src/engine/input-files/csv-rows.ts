import { PLAN_JOB_LIMIT } from '../../blueprint/blueprint-limits.js'
import type { Table } from '../../blueprint/inputs/table.js'
import { TableBuilder } from '../../blueprint/inputs/table-builder.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { isForbiddenKey } from '../../model/json/forbidden-key.js'
import { shortened } from '../../model/text/shown-value.js'
import { InputError } from '../../plan/inputs/input-error.js'

/** What the parser knows when it has read a record. */
export interface RecordPlace {
  /** Lines so far; line ends inside quotes may count twice. */
  readonly lines: number
  readonly empty_lines: number
}

/** Takes the records of a text table: the header first, then rows, each checked against it. */
export class CsvRows {
  readonly #file: string
  readonly #delimiter: string
  readonly #book: MistakeBook
  #builder: TableBuilder | undefined
  #columns: readonly string[] = []
  /** The next record begins here, unless empty lines come first. */
  #line: number
  #place: RecordPlace = { lines: 0, empty_lines: 0 }
  /** Rows without any value: spreadsheets leave them at the end of a file. */
  #pendingLines: number[] = []

  constructor(file: string, delimiter: string, firstLine: number) {
    this.#file = file
    this.#delimiter = delimiter
    this.#line = firstLine
    this.#book = new MistakeBook(file)
  }

  get columns(): readonly string[] {
    return this.#columns
  }

  /** The line where the record begins that comes after `emptyLines` in all. */
  lineAfter(emptyLines: number): number {
    return this.#line + emptyLines - this.#place.empty_lines
  }

  /** @throws InputError when the header is not right, or there are too many rows */
  add(record: readonly string[], place: RecordPlace): void {
    const line = this.lineAfter(place.empty_lines)
    this.#line = line + 1 + this.#lineEndsIn(record, place)
    this.#place = { lines: place.lines, empty_lines: place.empty_lines }
    // Text/tab-separated-values has no quotes, but spreadsheets write them around cells that need none.
    const cells = this.#delimiter === '\t' ? record.map(withoutQuotes) : record
    if (this.#builder === undefined) {
      this.#columns = checkedHeader(this.#file, cells, line)
      this.#builder = new TableBuilder(this.#columns)
    } else this.#addRow(this.#builder, cells, line)
  }

  /** @throws InputError for rows that do not fit the header, and for a file without one */
  end(): Table {
    if (this.#builder === undefined)
      this.#book.addAt({ line: 1, column: 1 }, [], 'The file is empty. Its first line names the columns.')
    if (!this.#book.isEmpty || this.#builder === undefined)
      throw new InputError(this.#book.list(), this.#book.count)
    return this.#builder.build({ file: this.#file, format: 'csv', delimiter: this.#delimiter })
  }

  #addRow(builder: TableBuilder, cells: readonly string[], line: number): void {
    const fitting = cells.length === this.#columns.length ? cells : this.#fitted(cells, line)
    if (fitting === undefined) return
    if (fitting.length > 1 && fitting.every(isEmpty)) {
      this.#pendingLines.push(line)
      return
    }
    if (builder.rowCount + this.#pendingLines.length >= PLAN_JOB_LIMIT) {
      this.#book.addAt(
        { line, column: 1 },
        [],
        `There are more than ${PLAN_JOB_LIMIT} rows. Split the table.`,
      )
      throw new InputError(this.#book.list(), this.#book.count)
    }
    for (const pending of this.#pendingLines.splice(0))
      builder.addCells(
        fitting.map(() => ''),
        pending,
      )
    builder.addCells(fitting, line)
  }

  /** Without the empty cells of delimiters at the end of a line. `undefined` after a mistake. */
  #fitted(cells: readonly string[], line: number): readonly string[] | undefined {
    const count = this.#columns.length
    if (cells.length > count && cells.every((cell, at) => at < count || cell === ''))
      return cells.slice(0, count)
    const last = cells.at(-1)!
    const advice =
      this.#delimiter !== '\t'
        ? `Put a cell with ${nameOfDelimiter(this.#delimiter)} or a line end in quotes.`
        : last.startsWith('"')
          ? 'A cell of a .tsv file cannot hold a line end or a tab: save the table as CSV.'
          : 'A cell of a .tsv file cannot hold a tab: save the table as CSV.'
    const message = `Expected ${count} ${count === 1 ? 'cell' : 'cells'}, as many as columns, got ${cells.length}. ${advice}`
    this.#book.addAt({ line, column: 1 }, [], message)
    return undefined
  }

  #lineEndsIn(record: readonly string[], { lines, empty_lines }: RecordPlace): number {
    if (lines - this.#place.lines <= 1 + empty_lines - this.#place.empty_lines) return 0
    return record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
  }
}

const isEmpty = (cell: string): boolean => cell === ''

/** `"a ""b"" c"` is `a "b" c`; anything else is as it stands. */
function withoutQuotes(cell: string): string {
  if (cell.length < 2 || !cell.startsWith('"') || !cell.endsWith('"')) return cell
  const inner = cell.slice(1, -1)
  return inner.replaceAll('""', '').includes('"') ? cell : inner.replaceAll('""', '"')
}

function checkedHeader(file: string, cells: readonly string[], line: number): string[] {
  const names = cells.map(name => name.trim())
  // Delimiters at the end of each line make no columns.
  while (names.length > 1 && names.at(-1) === '') names.pop()
  const book = new MistakeBook(file)
  const add = (message: string) => book.addAt({ line, column: 1 }, [], message)
  const firstOf = new Map<string, number>()
  for (const [at, name] of names.entries()) {
    const first = firstOf.get(name)
    if (name === '') add(`Column ${at + 1} has no name.`)
    else if (isForbiddenKey(name)) add(`"${name}" is not allowed as the name of a column.`)
    else if (first !== undefined)
      add(`Columns ${first + 1} and ${at + 1} have the same name, "${shortened(name)}".`)
    else firstOf.set(name, at)
  }
  if (!book.isEmpty) throw new InputError(book.list(), book.count)
  return names
}

const NAMES: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' }

const nameOfDelimiter = (delimiter: string): string => NAMES[delimiter] ?? `the character ${delimiter}`
