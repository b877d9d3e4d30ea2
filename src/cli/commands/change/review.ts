import { Option } from '@commander-js/extra-typings'
import { type Engine, type ReviewOutcome, ShowrunnerError } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { durationOption, portOption } from '../../declare/option-values.js'
import { type OptionsOf, storeCommand } from '../../declare/store-command.js'
import { formatCount, printJson, printLine, tell } from '../../display/output.js'
import {
  exportReviews,
  REVIEW_FORMATS,
  type ReviewExportOutput,
} from '../../display/review/export-reviews.js'
import { rejectedText } from '../../display/review/review-text.js'
import { EXIT } from '../../exit/exit-code.js'
import { checkMovie } from '../../input/check-movie.js'
import { type PlacedDecision, readDecisions } from '../../input/review/read-decisions.js'
import { openForReading } from '../../open-engine.js'
import { openInBrowser } from '../../open-in-browser.js'
import { untilInterrupted } from '../../until-interrupted.js'

const declared = storeCommand('review')
  .argument('<what>', 'the movie, to judge what waits in a browser; or export, or apply')
  .argument('[movie]', 'movie id, after export or apply')
  .argument('[files...]', 'files with decisions, after apply')
  .description('judge what waits for people: in a browser, or by files of decisions')
  .helpGroup(CHANGE)
  .option('--files <folder>', 'of export: where pictures and other files to judge are written')
  .addOption(
    new Option('--format <format>', 'of export: csv for a spreadsheet (default: jsonl)').choices(
      REVIEW_FORMATS,
    ),
  )
  .option(
    '--by <name>',
    'of apply: who decides, where a line does not say (default: the user of this machine)',
  )
  .option('--replace', 'of apply: count in place of what was decided before about the same versions')
  .option(
    '--wait [duration]',
    'of apply: wait for a run in progress to end: 30s, 2m (default: 60s)',
    durationOption,
  )
  .option('--port <n>', 'of the page (default: a free one)', portOption)
  .option('--open', 'open the page in the browser')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner review my-book --open
  $ showrunner review export my-book --files to-judge > decisions.jsonl
  $ showrunner review export my-book --format csv > decisions.csv
  $ showrunner review apply my-book decisions.jsonl decisions.csv

A line of the file is one artifact, and so is a row of the table. Set its decision to "approve", "reject" (with a note) or "edit" (with content, or
file); null, or an empty cell, decides nothing. Then run the blueprint again: it regenerates what was rejected, with the notes.`,
  )

type ReviewCommandOptions = OptionsOf<typeof declared>

/** What `review apply --json` prints; each conflict with its file and line. */
type ReviewApplyOutput = Omit<ReviewOutcome, 'conflicts'> & {
  readonly conflicts: readonly (ReviewOutcome['conflicts'][number] & {
    readonly file: string
    readonly line: number
  })[]
}

/** What `review <movie> --json` prints. */
interface ReviewPageOutput {
  /** With the token that the page needs. */
  readonly url: string
  readonly port: number
}

/** What `review --json` prints: the page, a line of an export, or what has become of decisions. */
export type ReviewOutput = ReviewPageOutput | ReviewExportOutput | ReviewApplyOutput

export const command = declared.action(review)

async function review(
  what: string,
  movie: string | undefined,
  files: readonly string[],
  options: ReviewCommandOptions,
): Promise<void> {
  if (what === 'apply' && movie !== undefined && files.length === 0)
    throw usage(`Which decisions? Name the files: showrunner review apply ${movie} decisions.jsonl`)
  if (movie === undefined && (what === 'export' || what === 'apply'))
    throw usage(`Which movie? showrunner review ${what} <movie>`)
  if (movie !== undefined && what !== 'export' && what !== 'apply')
    throw usage(`"${what}" is neither export nor apply. To judge in a browser: showrunner review ${what}`)
  if (options.json && options.format === 'csv')
    throw usage('A table is not JSON: leave out --json, or --format csv.')
  await using engine = await openForReading(options)
  if (movie === undefined) await openPage(engine, what, options)
  else if (what === 'export') await exportReviews(engine.movie(movie), options)
  else await apply(engine, movie, await readDecisions(files), options)
}

async function openPage(engine: Engine, movie: string, options: ReviewCommandOptions): Promise<void> {
  await checkMovie(engine, movie)
  const page = await engine.serve({ port: options.port, movie })
  const url = `${page.url}&view=review`
  if (options.json) await printJson<ReviewPageOutput>({ url, port: page.port })
  else await printLine(`What waits for you is at ${url}`)
  if (!options.json) tell('It is for this machine alone. Press Ctrl-C to end it.')
  if (options.open) await openInBrowser(url)
  await untilInterrupted()
}

const WAIT_MS = 60_000

async function apply(
  engine: Engine,
  movie: string,
  decisions: readonly PlacedDecision[],
  { by, replace, wait, json }: ReviewCommandOptions,
): Promise<void> {
  const waitMs = wait === true ? WAIT_MS : wait
  const outcome = await engine.movie(movie).review(
    decisions.map(({ decision }) => decision),
    { by, replace, waitMs },
  )
  const conflicts = outcome.conflicts.map(conflict => {
    const { file, line } = decisions[conflict.index]!
    return { ...conflict, file, line }
  })
  if (json) await printJson<ReviewApplyOutput>({ ...outcome, conflicts })
  else {
    const { recorded, unchanged, waiting, rejected } = outcome
    const parts = [`${formatCount(recorded)} recorded`, `${formatCount(unchanged)} recorded before`]
    if (conflicts.length > 0) parts.push(`${formatCount(conflicts.length)} not recorded`)
    await printLine(`${movie}: ${parts.join(' · ')}`)
    for (const { file, line, message, otherIndex } of conflicts) {
      const other = otherIndex === undefined ? undefined : decisions[otherIndex]
      tell(`${file}:${line}: ${message}${other ? ` The other is at ${other.file}:${other.line}.` : ''}`)
    }
    const left = rejected > 0 ? ` ${rejectedText(rejected)}` : ''
    await printLine(`${formatCount(waiting)} still to judge.${left} Run the blueprint again to go on.`)
  }
  if (conflicts.length > 0) process.exitCode = EXIT.failed
}

const usage = (message: string): ShowrunnerError => new ShowrunnerError('USAGE_INVALID', message)
