import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { oneLineText } from './terminal-text.js'

const GAP = '  '
/** A last column narrower than this is left to the terminal to break. */
const LAST_COLUMN_MIN = 24

/**
 * Aligns columns by their widest cell, as a terminal shows it: a CJK character or an emoji takes two places. Numbers
 * to the right.
 * @param terminalWidth where it is known, a long text in the last column goes on below its own beginning
 */
export function table(
  given: readonly (readonly (string | number)[])[],
  terminalWidth = Number.POSITIVE_INFINITY,
): string {
  const rows = given.map(row =>
    row.map(cell => {
      const text = typeof cell === 'string' ? oneLineText(cell) : String(cell)
      return { text, width: stringWidth(text), isNumber: typeof cell === 'number' }
    }),
  )
  const widths: number[] = []
  for (const row of rows)
    row.forEach(({ width }, at) => {
      widths[at] = Math.max(widths[at] ?? 0, width)
    })
  const lastAt = widths.length - 1
  const indent = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0)
  const room = terminalWidth - indent
  return rows
    .map(row =>
      row
        .map(({ text, width, isNumber }, at) => {
          if (at === lastAt && width > room && room >= LAST_COLUMN_MIN) return hanging(text, room, indent)
          const space = ' '.repeat(widths[at]! - width)
          return isNumber ? space + text : text + space
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n')
}

const hanging = (text: string, width: number, indent: number): string =>
  wrapAnsi(text, width, { hard: true }).replaceAll('\n', `\n${' '.repeat(indent)}`)
