import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { timed } from '../../measure/measure.mjs'
import { figureRow, timeRow } from '../../report/row.mjs'
import { measuredProgram } from '../../support/measured-program.mjs'
import { withFolder } from '../../support/temporary-folder.mjs'

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const PARSE = fileURLToPath(new URL('../../programs/parse-csv.mjs', import.meta.url))
const BLUEPRINT = `name: table
inputs: { rows: { type: table } }
loops: { row: { over: "\${inputs.rows}" } }
producers:
  Line:
    loop: row
    provider: template
    with: { title: "\${row.title}" }
    config: { template: "{{title}}" }
    outputs: { Text: text }
`

/** A plan over a large CSV file, against csv-parse alone on the same file: time and peak memory. */
export async function tables(/** @type {boolean} */ isSmoke) {
  const count = isSmoke ? 1_000 : 500_000
  return withFolder(async folder => {
    await writeFile(join(folder, 'table.yaml'), BLUEPRINT)
    await writeFile(join(folder, 'rows.csv'), textOf(count))
    /** @type {{ ours: number[], theirs: number[] }} */
    const pairs = { ours: [], theirs: [] }
    const megabytes = []
    for (let turn = 0; turn < (isSmoke ? 1 : 5); turn++) {
      let peakBytes = 0
      const ours = async () => {
        const args = ['plan', 'table.yaml', '-i', 'rows=@rows.csv']
        peakBytes = (await measuredProgram(folder, PROGRAM, ...args)).peakBytes
      }
      pairs.ours.push(await timed(ours))
      pairs.theirs.push(await timed(() => measuredProgram(folder, PARSE, 'rows.csv')))
      megabytes.push(peakBytes / 1e6)
    }
    const name = `plan of a CSV file of ${count.toLocaleString('en-US')} rows`
    return [
      timeRow({ name, against: 'csv-parse alone, the same file, in a process of its own' }, pairs),
      figureRow(
        {
          name: `${name}, peak memory`,
          goal: 400,
          unit: 'MB',
          better: 'at most',
          measured: 'whole process',
          against: 'nothing',
        },
        megabytes,
      ),
    ]
  })
}

/** @param {number} count */
function textOf(count) {
  const lines = ['id,title,style,prompt,lang,seed']
  for (let id = 0; id < count; id++)
    lines.push(
      `${id},"Title, no ${id}",watercolour,A fox number ${id} in the snow with a red scarf,en,${id % 9973}`,
    )
  return `${lines.join('\n')}\n`
}
