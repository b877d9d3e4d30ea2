import type { TableColumn } from './table-column.js'

interface CardFacts {
  readonly movieId: string
  readonly loop: string
  readonly rows: number
  /** Of the files in `data/`, with its dot. */
  readonly ending: string
  readonly columns: readonly TableColumn[]
  readonly hasFiles: boolean
}

/**
 * The `README.md` of a data set: what is in it, for people, and in its front matter where the rows are, for the loaders
 * that follow the dataset cards of the Hugging Face Hub.
 */
export function datasetCard({ movieId, loop, rows, ending, columns, hasFiles }: CardFacts): string {
  const lines = columns.map(
    ({ name, type, depth }) => `| ${cell(name)} | ${'list of '.repeat(depth)}${type} |`,
  )
  return `---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*${ending}
---
# ${movieId}

${rows} rows, one for each element of the loop \`${loop}\`, made with Showrunner. \`status\` says how far a row is: \`succeeded\`, \`failed\`, \`skipped\` or \`open\`.${hasFiles ? ' Columns of files have paths below `files/`.' : ''}

| column | type |
|---|---|
${lines.join('\n')}
`
}

const cell = (text: string): string => `\`${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}\``
