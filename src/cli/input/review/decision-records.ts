/** What a file says of one artifact, by the names of its fields. */
export interface DecisionRecord {
  readonly fields: Readonly<Record<string, unknown>>
  /** It is a row of a table: all its fields are texts. */
  readonly isTable: boolean
  /** From 1. */
  readonly line: number
}

interface Unreadable {
  readonly mistake: string
  readonly line: number
}

export const isNotReadable = (record: DecisionRecord | Unreadable): record is Unreadable =>
  'mistake' in record

/** Names of fields, whatever capitals a header has. */
const FIELDS = ['artifactId', 'hash', 'decision', 'note', 'by', 'content', 'file', 'type']
const NAME_OF = new Map(FIELDS.map(name => [name.toLowerCase(), name]))
const DELIMITERS = [',', ';', '\t']

/** Reads a file by what is in it: a JSON object a line, a list of them, or a table with a header. */
export async function recordsOf(bytes: Buffer): Promise<(DecisionRecord | Unreadable)[]> {
  const text = textOf(bytes)
  const start = text.trimStart()[0]
  if (start === '[') return listed(text)
  return start === undefined || start === '{' ? lines(text) : await rows(text)
}

/** Spreadsheets also write UTF-16, and a mark in front of both. */
function textOf(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

const lines = (text: string): (DecisionRecord | Unreadable)[] =>
  text.split(/\r\n|\n|\r/).flatMap((line, at) => (line.trim() === '' ? [] : [parsed(line, at + 1)]))

function parsed(text: string, line: number): DecisionRecord | Unreadable {
  try {
    return recordOf(JSON.parse(text), line)
  } catch (error) {
    return { mistake: `It is not JSON: ${(error as Error).message}.`, line }
  }
}

function listed(text: string): (DecisionRecord | Unreadable)[] {
  let values: unknown[]
  try {
    values = JSON.parse(text) as unknown[]
  } catch (error) {
    return [{ mistake: `It is not JSON: ${(error as Error).message}.`, line: 1 }]
  }
  // Each element is named by the line of its id.
  const places = [...text.matchAll(/"artifactId"\s*:/g)].map(({ index }) => lineAt(text, index))
  return values.map((value, at) => recordOf(value, places[at] ?? 1))
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split(/\r\n|\n|\r/).length

const recordOf = (value: unknown, line: number): DecisionRecord => ({
  fields: typeof value === 'object' && value !== null ? (value as DecisionRecord['fields']) : {},
  isTable: false,
  line,
})

/** Columns stand in any order, and there may be others. */
async function rows(text: string): Promise<(DecisionRecord | Unreadable)[]> {
  const { parse } = await import('csv-parse/sync')
  const [first = ''] = text.split(/\r\n|\n|\r/, 1)
  const delimiter = DELIMITERS.reduce((best, one) =>
    first.split(one).length > first.split(best).length ? one : best,
  )
  try {
    const found: { readonly record: string[]; readonly info: { readonly lines: number } }[] = parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as never
    const [header, ...others] = found
    const names = (header?.record ?? []).map(name => NAME_OF.get(name.trim().toLowerCase()))
    if (!names.includes('artifactId') || !names.includes('decision'))
      return [
        { mistake: 'The first line names the columns; "artifactId" and "decision" are needed.', line: 1 },
      ]
    return others.flatMap(({ record }, at) => {
      if (record.every(cell => cell.trim() === '')) return []
      const fields = names.flatMap((name, column) =>
        name === undefined ? [] : [[name, record[column] ?? ''] as const],
      )
      // A row begins after the one before it, and may have several lines.
      return [{ fields: Object.fromEntries(fields), isTable: true, line: found[at]!.info.lines + 1 }]
    })
  } catch (error) {
    return [{ mistake: `It is not a table: ${(error as Error).message}.`, line: 1 }]
  }
}
