import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { isForbiddenKey } from '../model/forbidden-key.js'
import { PLAN_JOB_LIMIT, VALUE_LIMIT_BYTES } from '../model/limit.js'
import { parseJson } from '../model/parse-json.js'
import { MistakeBook, shortened } from '../plan/blueprint/mistake-book.js'
import { InputError } from '../plan/inputs/input-error.js'
import { textChunks, textLines } from './text-lines.js'

type Row = Record<string, string>

/**
 * Reads a CSV file with a header line (RFC 4180; a byte order mark and empty lines are fine), row by row.
 * Cells stay text.
 * @throws InputError with file and line
 */
export async function readCsv(path: string, delimiter: string): Promise<Row[]> {
  const rows: Row[] = []
  let header: string[] | undefined
  const parser = parse({
    delimiter,
    skip_empty_lines: true,
    max_record_size: VALUE_LIMIT_BYTES,
    columns: names => {
      header = checkedHeader(path, names as string[])
      return header
    },
  })
  try {
    await pipeline(textChunks(path), parser, async records => {
      for await (const row of records as AsyncIterable<Row>) {
        if (rows.push(row) > PLAN_JOB_LIMIT) throw tooManyRows(path)
      }
    })
  } catch (error) {
    throw error instanceof CsvError ? csvFault(path, error, header?.length ?? 0) : error
  }
  if (!header) throw mistakeAt(path, 1, 'The file is empty. Its first line names the columns.')
  return rows
}

function checkedHeader(path: string, cells: readonly string[]): string[] {
  const names = cells.map(name => name.trim())
  const book = new MistakeBook(path)
  const add = (message: string) => book.addAt({ line: 1, column: 1 }, [], message)
  if (names.length === 1 && /[;\t]/.test(names[0]!))
    add('Expected columns separated by commas (in a .tsv file by tabs).')
  for (const [at, name] of names.entries()) {
    if (name === '') add(`Column ${at + 1} has no name.`)
    else if (isForbiddenKey(name)) add(`"${name}" is not allowed as the name of a column.`)
    else if (names.indexOf(name) < at)
      add(`Columns ${names.indexOf(name) + 1} and ${at + 1} have the same name, "${shortened(name)}".`)
  }
  if (!book.isEmpty) throw new InputError(book.list(), book.count)
  return names
}

function csvFault(path: string, error: CsvError, columnCount: number): InputError {
  const { lines, record } = error as CsvError & { lines?: number; record?: unknown }
  const cells = Array.isArray(record) ? record.length : undefined
  const message =
    error.code === 'CSV_RECORD_INCONSISTENT_COLUMNS' && cells !== undefined
      ? `Expected ${columnCount} cells, as many as columns, got ${cells}. Put a cell with a comma or a line end in quotes.`
      : `${error.message.replace(/ (at|on) line \d+/, '')}.`
  return mistakeAt(path, lines ?? 1, message, error)
}

/**
 * Reads one JSON value a line; empty lines are left out.
 * @throws InputError with file and line of every line that is not JSON
 */
export async function readJsonLines(path: string): Promise<unknown[]> {
  const rows: unknown[] = []
  const book = new MistakeBook(path)
  let line = 0
  for await (const text of textLines(path, VALUE_LIMIT_BYTES)) {
    line++
    if (text === undefined) {
      book.addAt({ line, column: 1 }, [], `The line has more than ${VALUE_LIMIT_BYTES} characters.`)
      break
    }
    if (text.trim() === '') continue
    if (rows.length >= PLAN_JOB_LIMIT) throw tooManyRows(path)
    try {
      rows.push(parseJson(text))
    } catch (error) {
      book.addAt({ line, column: 1 }, [], `It is not JSON: ${(error as Error).message}.`)
    }
  }
  if (!book.isEmpty) throw new InputError(book.list(), book.count)
  return rows
}

function tooManyRows(path: string): InputError {
  return mistakeAt(path, PLAN_JOB_LIMIT + 1, `There are more than ${PLAN_JOB_LIMIT} rows. Split the table.`)
}

function mistakeAt(file: string, line: number, message: string, cause?: unknown): InputError {
  return new InputError([{ path: '', file, line, column: 1, message }], 1, cause)
}
