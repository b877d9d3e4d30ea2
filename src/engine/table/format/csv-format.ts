import type { Cell, TableColumn } from '../table-column.js'
import type { TableFormat } from './table-format.js'

const BYTE_ORDER_MARK = '\uFEFF'

/** RFC 4180, with LF. An empty text is quoted and nothing is not, so that both come back. */
export const csvFormat: TableFormat = {
  ending: '.csv',
  holdsBytes: false,
  async open(columns, { escapeFormulas, byteOrderMark }) {
    const { stringify } = await import('csv-stringify/sync')
    const options = { quoted_match: /^$|^\s|\s$|\r/, escape_formulas: escapeFormulas }
    const isPlain = columns.map(({ type, depth }) => depth === 0 && type !== 'json')
    return {
      begin: () => (byteOrderMark ? BYTE_ORDER_MARK : '') + stringify([columns.map(columnName)], options),
      rows: rows =>
        stringify(
          rows.map(cells => cells.map((cell, at) => textOf(cell, isPlain[at]!))),
          options,
        ),
      end: () => '',
    }
  },
}

const columnName = ({ name }: TableColumn) => name

/** Nothing is null, which is not quoted. A number stays one, so that `-1` is not taken for a formula. */
function textOf(cell: Cell, isPlain: boolean): string | number | null {
  if (cell === undefined) return null
  if (!isPlain) return JSON.stringify(cell)
  return cell === null || typeof cell === 'number' ? cell : String(cell)
}
