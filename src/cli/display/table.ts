import stringWidth from 'string-width'
import { oneLine } from './terminal-text.js'

/** Aligns columns by their widest cell, as a terminal shows it: a CJK character or an emoji takes two places. Numbers to the right. */
export function table(given: readonly (readonly (string | number)[])[]): string {
  const rows = given.map(row =>
    row.map(cell => {
      const text = typeof cell === 'string' ? oneLine(cell) : String(cell)
      return { text, width: stringWidth(text), isNumber: typeof cell === 'number' }
    }),
  )
  const widths: number[] = []
  for (const row of rows)
    row.forEach(({ width }, at) => {
      widths[at] = Math.max(widths[at] ?? 0, width)
    })
  return rows
    .map(row =>
      row
        .map(({ text, width, isNumber }, at) => {
          const space = ' '.repeat(widths[at]! - width)
          return isNumber ? space + text : text + space
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
