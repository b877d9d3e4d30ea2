import type { TableFormat } from './table-format.js'

/** An object a line, with all columns in each. */
export const jsonlFormat: TableFormat = {
  ending: '.jsonl',
  holdsBytes: false,
  open(columns) {
    const starts = columns.map(({ name }, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`)
    return Promise.resolve({
      begin: () => '',
      rows(rows) {
        let text = ''
        for (const cells of rows) {
          for (const [at, start] of starts.entries()) text += start + (JSON.stringify(cells[at]) ?? 'null')
          text += '}\n'
        }
        return text
      },
      end: () => '',
    })
  },
}
