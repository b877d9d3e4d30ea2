import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, type Options, parse } from 'csv-parse'
import type { Table } from '../../blueprint/inputs/table.js'
import { VALUE_LIMIT_BYTES } from '../../model/value-limits.js'
import { InputError } from '../../plan/inputs/input-error.js'
import { sniffDialect } from './csv-dialect.js'
import { CsvRows, type RecordPlace } from './csv-rows.js'
import { checkedChunks } from './text-chunks.js'

const SAMPLE_CHARS = 64 * 1024

/**
 * Reads a table from text with a header line (RFC 4180), row by row. Lines end in LF, CRLF or CR, also mixed;
 * cells stay text. The delimiter is found by the first rows; a table with tabs has no quotes, except around whole
 * cells. A byte order mark, empty lines, and delimiters at the ends of lines are fine.
 * @throws InputError with file and line
 */
export async function readCsv(path: string, usual: ',' | '\t'): Promise<Table> {
  const chunks = checkedChunks(path)
  const { sample, isWholeFile } = await firstPart(chunks)
  const { delimiter, hasSeparatorLine } = sniffDialect(sample, usual, isWholeFile)
  const rows = new CsvRows(path, delimiter, hasSeparatorLine ? 2 : 1)
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: VALUE_LIMIT_BYTES,
    quote: delimiter === '\t' ? null : '"',
    // Taken here, and not from the stream, so that records do not queue up.
    on_record: ((record: string[], place: RecordPlace) => {
      rows.add(record, place)
      return undefined
    }) as unknown as NonNullable<Options['on_record']>,
  })
  const text = async function* () {
    yield hasSeparatorLine ? sample.replace(/^.*(?:\r\n|\n|\r)/, '') : sample
    yield* chunks
  }
  try {
    await pipeline(text, parser, new Writable({ objectMode: true, write: (_, __, done) => done() }))
  } catch (error) {
    throw error instanceof CsvError ? csvFault(path, error, rows) : error
  }
  return rows.end()
}

async function firstPart(chunks: AsyncGenerator<string>): Promise<{ sample: string; isWholeFile: boolean }> {
  let sample = ''
  while (sample.length < SAMPLE_CHARS) {
    const { value, done } = await chunks.next()
    if (done) return { sample, isWholeFile: true }
    sample += value
  }
  return { sample, isWholeFile: false }
}

type FaultPlace = CsvError & { empty_lines?: number; lines?: number; column?: number }

function csvFault(file: string, error: FaultPlace, rows: CsvRows): InputError {
  const line = rows.lineAfter(error.empty_lines ?? 0)
  const name = typeof error.column === 'number' ? rows.columns[error.column] : undefined
  const column = name === undefined ? '' : ` in column "${name}"`
  const at = (lineOfFault: number, message: string) =>
    new InputError([{ path: '', file, line: lineOfFault, column: 1, message }], 1, error)
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return at(
        line,
        'The row that begins here has a quote that is not closed. Double each quote that is part of the text.',
      )
    case 'CSV_MAX_RECORD_SIZE':
      return at(
        line,
        `The row that begins here has more than ${VALUE_LIMIT_BYTES} bytes. A quote may not be closed.`,
      )
    case 'INVALID_OPENING_QUOTE':
      return at(
        error.lines ?? line,
        `There is a quote inside a cell${column}. Put the whole cell in quotes, and double each quote in it.`,
      )
    case 'CSV_INVALID_CLOSING_QUOTE':
      return at(
        error.lines ?? line,
        `Something follows the closing quote of a cell${column}. Double each quote that is part of the text.`,
      )
    default:
      return at(line, `${error.message}.`)
  }
}
