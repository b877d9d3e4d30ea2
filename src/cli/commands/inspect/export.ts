import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { type FilePlace, type RowStatus, ShowrunnerError, type TableResult } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { formatCount, printJson, printLine, tell } from '../../display/output.js'
import { exportProgress } from '../../display/progress/export-progress.js'
import { EXIT } from '../../exit/exit-code.js'
import { onInterrupt } from '../../on-interrupt.js'
import { openForReading } from '../../open-engine.js'

const STATUSES: readonly RowStatus[] = ['succeeded', 'failed', 'skipped', 'open']

function rowStatus(text: string, before: readonly RowStatus[] = []): readonly RowStatus[] {
  const status = STATUSES.find(name => name === text)
  if (status === undefined) throw new InvalidArgumentError(`Expected ${STATUSES.join(', ')}.`)
  return [...before, status]
}

const declared = movieCommand('export')
  .description('write the rows of a loop, with what was made from them, as a table')
  .helpGroup(INSPECT)
  .option('--rows <loop>', 'the loop whose elements are the rows (default: the outermost one)')
  .addOption(
    new Option(
      '--format <format>',
      "default: by the file's ending; parquet for a folder, csv for standard output",
    ).choices(['csv', 'jsonl', 'parquet'] as const),
  )
  .option('-o, --output <path>', 'file, folder/ for a data set, or - (default) for standard output')
  .option(
    '--only <status>',
    'only rows of this status: succeeded, failed, skipped or open; may be repeated',
    rowStatus,
  )
  .option('--accepted', 'only elements that are accepted, of a loop with until')
  .option('--rejected', 'only rows with an answer that a check has rejected, and these answers')
  .option('--inline', 'put the bytes of files into the table')
  .option('--no-files', 'put only the SHA-256 of files into the table')
  .option('--escape-formulas', "CSV for a spreadsheet: a ' before what it would run as a formula")
  .option('--bom', 'CSV for Excel: begin with a byte order mark')
  .option('--force', 'replace what is there')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner export captions -o captions.csv
  $ showrunner export captions --only failed | head
  $ showrunner export captions --rejected               what checks have rejected, and why
  $ showrunner export captions -o captions-data/        Parquet, as data set loaders read it
  $ showrunner export book --rows page -o book.jsonl --inline`,
  )

type ExportOptions = OptionsOf<typeof declared>

/** What `export --json` prints. */
export interface ExportOutput extends TableResult {
  readonly movieId: string
}

export const command = declared.action(exportTable)

async function exportTable(id: string, options: ExportOptions): Promise<void> {
  const { output = '-', rows, format, only, accepted, rejected, escapeFormulas, bom, force } = options
  const isStream = output === '-'
  if (isStream && options.json)
    throw new ShowrunnerError(
      'USAGE_INVALID',
      'With --json, standard output is for the summary: name a file with -o. For rows as JSON, leave --json out and add --format jsonl.',
    )
  await using engine = await openForReading(options)
  const stopped = new AbortController()
  const releaseSignals = onInterrupt(() => stopped.abort())
  const progress = exportProgress(options.json === true)
  try {
    const result = await engine.movie(id).exportRows({
      rows,
      to: isStream ? process.stdout : output,
      format,
      only,
      onlyAccepted: accepted,
      rejected,
      files: filesOf(options),
      force,
      escapeFormulas,
      byteOrderMark: bom,
      onProgress: progress.show,
      signal: stopped.signal,
    })
    progress.close()
    if (options.json) await printJson<ExportOutput>({ movieId: id, ...result })
    else if (!isStream) await printLine(summary(id, result))
  } catch (error) {
    progress.close()
    if (!stopped.signal.aborted) throw error
    tell('Stopped. Nothing was left behind.')
    process.exitCode = EXIT.cancelled
  } finally {
    releaseSignals()
  }
}

function filesOf({ inline, files }: ExportOptions): FilePlace {
  if (inline) return 'inline'
  return files ? 'beside' : 'none'
}

function summary(id: string, { loop, path, rows, leftOut, files, sizeBytes }: TableResult): string {
  const parts = [`${formatCount(rows)} rows of ${loop}`]
  if (files > 0) parts.push(`${formatCount(files)} files`)
  parts.push(`${formatCount(sizeBytes)} bytes`)
  if (leftOut > 0) parts.push(`${formatCount(leftOut)} rows left out`)
  return `${id}: ${parts.join(' · ')} in ${path}`
}
