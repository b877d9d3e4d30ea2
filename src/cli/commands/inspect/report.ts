import { writeFile } from 'node:fs/promises'
import { ShowrunnerError } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { printJson, printLine } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('report')
  .description('the page of a movie as one file, which opens from disk')
  .helpGroup(INSPECT)
  .option('-o, --output <file>', 'file to write (default: <movie>.html)')
  .addHelpText(
    'after',
    `
Example:
  $ showrunner report my-book -o report.html`,
  )

/** What `report --json` prints. */
export interface ReportOutput {
  /** That was written. */
  readonly file: string
  readonly sizeBytes: number
}

export const command = declared.action(report)

async function report(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const file = options.output ?? `${id}.html`
  const html = await engine.report(id)
  try {
    await writeFile(file, html)
  } catch (cause) {
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `${file} cannot be written (${(cause as Error).message}). Choose another file with -o.`,
      { cause },
    )
  }
  if (options.json) await printJson<ReportOutput>({ file, sizeBytes: Buffer.byteLength(html) })
  else await printLine(`Wrote ${file}`)
}
