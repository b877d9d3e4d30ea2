import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../temporary-folder.js'

const letters = `name: letters
inputs:
  rows: { type: table }
  sign: { type: text, default: Ada }
loops:
  row: { over: "\${inputs.rows}" }
producers:
  Letter:
    loop: row
    provider: template
    with: { name: "\${row.name}", sign: "\${inputs.sign}" }
    config: { template: "Dear {{name}}, yours {{sign}}" }
    outputs: { Text: text }
  All:
    provider: template
    with: { letters: "\${Letter[*].Text}" }
    config: { template: "{{#letters}}{{.}}; {{/letters}}" }
    outputs: { Text: text }
`
/** Its second job fails. */
const failing = `name: failing
loops: { n: { count: 3 } }
producers:
  Check:
    loop: n
    provider: command
    config: { command: sh, args: ["-c", "test {{n}} != 1"] }
    with: { n: "\${index.n}" }
    outputs: { Text: text }
  Sum: { provider: template, with: { texts: "\${Check[*].Text}" }, config: { template: x }, outputs: { Text: text } }
`

/** A folder with `letters.yaml`, `failing.yaml` and `rows.csv` in it. */
export async function cliProject(): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'letters.yaml'), letters)
  await writeFile(join(folder, 'failing.yaml'), failing)
  await writeFile(join(folder, 'rows.csv'), 'name\nGrace\nEdsger\n')
  return folder
}

/** The rows of `letters.yaml`, as arguments. */
export const ROWS = ['-i', 'rows=@rows.csv'] as const
