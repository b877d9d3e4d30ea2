import type { Engine, MovieRow, PlanRequest, RunResult } from '../../../index.js'
import { BUILD } from '../../declare/command-group.js'
import { addressOption, durationOption, wholeNumberOption } from '../../declare/option-values.js'
import {
  outageWaitOption,
  planCommand,
  scheduleOption,
  stopAfterOption,
  stopRateOption,
} from '../../declare/plan-command.js'
import type { OptionsOf } from '../../declare/store-command.js'
import { budgetLeft, budgetShortfall, budgetWayOut } from '../../display/budget-text.js'
import { failureLines, rejectionsText } from '../../display/failure-text.js'
import { formatCount, formatDuration, printJson, printLine, tell } from '../../display/output.js'
import { orphanedLines } from '../../display/overrides/orphaned-text.js'
import { pinnedLines } from '../../display/overrides/pinned-text.js'
import { type PreviewOutput, printPreview } from '../../display/preview-text.js'
import { openDisplay } from '../../display/progress/display.js'
import { serviceLines } from '../../display/progress/services-text.js'
import { reviewEndLines } from '../../display/review/review-text.js'
import { rowsText } from '../../display/rows-text.js'
import { subsetText, untilText } from '../../display/subset-text.js'
import { exitCodeOfRun } from '../../exit/exit-code-of-run.js'
import { planRequest } from '../../input/plan-request.js'
import { stopRules } from '../../input/stop-rules.js'
import { tableLines, tableNotes } from '../../input/table-notes.js'
import { onInterrupt } from '../../on-interrupt.js'
import { openConfigured } from '../../open-engine.js'
import { openTelemetry } from '../../open-telemetry.js'

const declared = planCommand('run')
  .description('make what the blueprint asks for and is still missing')
  .helpGroup(BUILD)
  .option('--concurrency <n>', 'jobs at the same time (default: 5)', wholeNumberOption)
  .option('--threads <n>', 'worker threads (default: number of cores)', wholeNumberOption)
  .option('--queue <url>', 'let the hosts of a fleet do the work: redis://host:6379')
  .option(
    '--fleet-wait <duration>',
    'end when no host has taken part for this long: 30s, 1h (default: 5m)',
    durationOption,
  )
  .option(
    '--host-silence <duration>',
    'start the jobs of a host elsewhere when it has said nothing for this long (default: 12s)',
    durationOption,
  )
  .option('--cache <url>', 'results of all movies, to reuse: file:./cache, s3://bucket/prefix')
  .addOption(scheduleOption())
  .option('--fail-fast', 'start nothing new after the first failed job')
  .addOption(stopRateOption())
  .addOption(stopAfterOption())
  .option(
    '--wait [duration]',
    'wait for another run of the movie to end: 30s, 2m (default: 60s)',
    durationOption,
  )
  .addOption(outageWaitOption())
  .option('--takeover', 'take the movie over from a run in progress, which then stops')
  .option(
    '--metrics <[host]:port>',
    'serve metrics to Prometheus while it runs: :9464 for this machine alone',
    addressOption,
  )
  .option('--show', 'print the rows with what was made; with --json one a line, before the result')
  .option('--dry-run', 'say what would run, and stop')
  .option('--quiet', 'no progress, only the result')
  .option('--ui', 'a page in the browser for the run, as long as it is in progress')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner run book.yaml -i story="A fox learns to sail" -i pages=6
  $ showrunner run captions.yaml -i rows=@products.csv --concurrency 50
  $ showrunner run book.yaml --inputs book-inputs.yaml --movie book-2
  $ showrunner run captions.yaml -i rows=@products.csv --first 20 --show
  $ showrunner run captions.yaml -i rows=@products.csv --budget 20usd
  $ showrunner run book.yaml -i story=Fox --until Picture
  $ showrunner run book.yaml -i story=Fox --simulate       rehearse without calling a provider
  $ showrunner run book.yaml -i story=Fox --regenerate "Producer:Picture[3]"

Run the same command again to continue after Ctrl-C, a crash or failed jobs: only the rest is made.
Exit codes: 0 done, 1 failed jobs, 2 usage or invalid input, 3 movie busy, 4 budget spent, 5 waiting
for people, 6 stopped (a service does not answer, or refuses every call), 130 cancelled.`,
  )

type RunOptions = OptionsOf<typeof declared>

/**
 * What `run --json` prints: the result. With --show a line a row goes before it, with --dry-run there is only what `plan`
 * prints.
 */
export type RunOutput = RunResult | MovieRow | PreviewOutput

export const command = declared.action(run)

async function run(blueprint: string, options: RunOptions): Promise<void> {
  const request = await planRequest(blueprint, options)
  await using _ = await openTelemetry(options.metrics)
  await using engine = await openConfigured(options)
  if (options.dryRun) {
    await printPreview(await engine.plan(request), tableNotes(request.inputs), options)
    return
  }
  const isQuiet = options.quiet === true || options.json === true
  if (!isQuiet) {
    tableLines(tableNotes(request.inputs)).forEach(tell)
    await tellShortfalls(engine, request)
  }
  await using page = options.ui ? await engine.serve({ movie: request.movieId }) : undefined
  if (page) tell(`The run is shown at ${page.url}`)
  const running = engine.run({
    ...request,
    schedule: options.schedule,
    failFast: options.failFast,
    stop: stopRules(options),
    outageWaitMs: options.outageWait,
    waitMs: waitMs(options.wait),
    takeover: options.takeover,
  })
  const display = openDisplay(running, { isQuiet })
  const releaseSignals = onInterrupt(() => {
    display.note('Stopping: running jobs are aborted and recorded. Press Ctrl-C again to quit at once.')
    running.cancel()
  })
  try {
    const result = await running
    display.close()
    process.exitCode = exitCodeOfRun(result)
    if (options.show) await showRows(engine, result, options.json === true)
    if (options.json) await printJson<RunOutput>(result)
    else await printLine(summary(result, (options.regenerate ?? options.regenerateFailed) !== undefined))
  } finally {
    display.close()
    releaseSignals()
  }
}

/** Before anything is paid: whether the budgets will probably be enough. */
async function tellShortfalls(engine: Engine, request: PlanRequest): Promise<void> {
  if (request.budgetUsd === undefined && request.budgetRunUsd === undefined) return
  const { budgets } = await engine.plan(request)
  for (const budget of budgets) {
    const shortfall = budgetShortfall(budget)
    if (shortfall !== undefined) tell(shortfall)
  }
}

/** Of a whole run without --first or --sample, rows shown to a person. */
const ROWS_SHOWN = 20

async function showRows(engine: Engine, { movieId, subset }: RunResult, isJson: boolean): Promise<void> {
  const movie = engine.movie(movieId)
  const shown: MovieRow[] = []
  for await (const row of movie.rows(subset?.loop, { keys: subset?.elements })) {
    if (isJson) await printJson<RunOutput>(row)
    else if (shown.push(row) === ROWS_SHOWN && subset === undefined) break
  }
  if (!isJson) await printLine(`${rowsText(shown)}\n`)
}

const WAIT_MS = 60_000

function waitMs(wait: RunOptions['wait']): number {
  if (wait === undefined) return 0
  return wait === true ? WAIT_MS : wait
}

function summary(result: RunResult, isRegenerating: boolean): string {
  const { movieId, status, revision, counts, reused, durationMs, costUsd } = result
  const { uncertainCostUsd = 0, budgets = [], failures = [], pinned = [], orphaned = [], rejections } = result
  const { succeeded, failed, skipped, cached, open = 0 } = counts
  const parts = [`${formatCount(succeeded - reused)} made`, `${formatCount(cached)} already there`]
  if (reused > 0) parts.push(`${formatCount(reused)} reused`)
  if (failed > 0) parts.push(`${formatCount(failed)} failed`)
  if (rejections !== undefined) parts.push(rejectionsText(rejections))
  if (skipped > 0) parts.push(`${formatCount(skipped)} skipped`)
  if (open > 0) parts.push(`${formatCount(open)} open`)
  if (costUsd > 0 || uncertainCostUsd > 0) parts.push(`$${costUsd.toFixed(4)}`)
  if (uncertainCostUsd > 0)
    parts.push(`at most $${uncertainCostUsd.toFixed(4)} more, where the cost is not known`)
  parts.push(...budgets.map(budgetLeft))
  const line = `${movieId}: ${status} in ${formatDuration(durationMs)} · ${parts.join(' · ')} · revision ${revision}`
  return [
    line,
    ...serviceLines(result.services ?? []),
    ...failureLines(failures),
    ...pinnedLines(pinned, movieId),
    ...(result.until ? [untilText(result.until)] : []),
    ...(result.subset ? [subsetText(result.subset)] : []),
    ...orphanedLines(orphaned),
    ...reviewEndLines(result.review, movieId),
    ...(status === 'succeeded' || status === 'waiting' ? [] : [wayOut(result, isRegenerating)]),
  ].join('\n')
}

function wayOut(
  { status, stopReason, stopMessage, movieId, budgets }: RunResult,
  isRegenerating: boolean,
): string {
  if (stopMessage !== undefined) return stopMessage
  if (stopReason === 'budget') return budgetWayOut(budgets ?? [])
  if (status === 'cancelled' && isRegenerating)
    return 'Run again without --regenerate to make the rest: what has been regenerated is not made again.'
  if (status === 'cancelled') return 'Run the same command again to make the rest.'
  return `"showrunner status ${movieId}" shows the failures. Run the same command again to try the failed jobs once more.`
}
