import { printAsIs } from '../output.js'

/** What a row is of: a version that waits for a person. */
interface ReviewRow {
  readonly artifactId: string
  readonly hash: string
  readonly value?: unknown
  readonly mimeType?: string
  readonly path?: string
  readonly caption: Readonly<Record<string, unknown>>
}

/** By it, spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/** What a person sets comes first, then what is to be judged, then what only `review apply` needs. */
const COLUMNS = [
  'decision',
  'note',
  'content',
  'caption',
  'value',
  'path',
  'type',
  'artifactId',
  'hash',
] as const

/** Prints the header of a table for a spreadsheet. @returns what prints a row; formulas in it are texts */
export async function csvPrinter(): Promise<(review: ReviewRow) => Promise<void>> {
  const { stringify } = await import('csv-stringify/sync')
  const options = { escape_formulas: true, eof: false }
  await printAsIs(`${BYTE_ORDER_MARK}${COLUMNS.join(',')}`)
  return review => printAsIs(stringify([cellsOf(review)], options))
}

function cellsOf({ artifactId, hash, value, mimeType, path, caption }: ReviewRow): string[] {
  const cells: Record<(typeof COLUMNS)[number], string> = {
    decision: '',
    note: '',
    content: '',
    caption: captionText(caption),
    value: value === undefined ? '' : textOf(value),
    path: path ?? '',
    type: mimeType ?? (typeof value === 'string' ? 'text' : 'json'),
    artifactId,
    hash,
  }
  return COLUMNS.map(name => cells[name])
}

/** `id: fox · text: A fox.` */
function captionText(caption: ReviewRow['caption']): string {
  const fields = Object.entries(caption).flatMap(([loop, element]) =>
    typeof element === 'object' && element !== null ? Object.entries(element) : [[loop, element] as const],
  )
  return fields.map(([name, value]) => `${name}: ${textOf(value)}`).join(' · ')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
