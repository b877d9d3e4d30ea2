import type { Rehearsal, RehearsalSums, StopReason } from '../../../index.js'
import { BUILD } from '../../declare/command-group.js'
import { gatherOption, wholeNumbersOption } from '../../declare/option-values.js'
import {
  outageWaitOption,
  planCommand,
  scheduleOption,
  stopAfterOption,
  stopRateOption,
} from '../../declare/plan-command.js'
import type { OptionsOf } from '../../declare/store-command.js'
import { formatCount, formatDuration, printJson, printLine, tell } from '../../display/output.js'
import { table } from '../../display/table.js'
import { latencies } from '../../input/latency-option.js'
import { planRequest } from '../../input/plan-request.js'
import { stopRules } from '../../input/stop-rules.js'
import { tableLines, tableNotes } from '../../input/table-notes.js'
import { openConfigured } from '../../open-engine.js'

const declared = planCommand('rehearse')
  .description('how long a run would take and cost, and what would slow it down; calls nobody')
  .helpGroup(BUILD)
  .option('--concurrency <n,…>', 'jobs at the same time; several to compare: 5,20,100', wholeNumbersOption)
  .addOption(scheduleOption())
  .option('--fail-fast', 'start nothing new after the first failed job')
  .addOption(stopRateOption())
  .addOption(stopAfterOption())
  .addOption(outageWaitOption())
  .option(
    '--latency <provider=time>',
    'how long its calls take: images=800ms, or images=@latency.json',
    gatherOption,
  )
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner rehearse book.yaml -i story=Fox --latency images=8s --concurrency 5,20,100
  $ showrunner rehearse captions.yaml -i rows=@products.csv      with the times of jobs made before`,
  )

/** What `rehearse --json` prints. */
export interface RehearseOutput {
  /** One for each concurrency that was asked for. */
  readonly rehearsals: readonly (Rehearsal & { readonly concurrency: number })[]
}

export const command = declared.action(rehearse)

async function rehearse(blueprint: string, options: OptionsOf<typeof declared>): Promise<void> {
  const request = {
    ...(await planRequest(blueprint, options)),
    schedule: options.schedule,
    failFast: options.failFast,
    stop: stopRules(options),
    outageWaitMs: options.outageWait,
    latencyMs: await latencies(options.latency ?? []),
  }
  const { concurrency: settings, ...rest } = options
  await using engine = await openConfigured(rest)
  if (!options.json) tableLines(tableNotes(request.inputs)).forEach(tell)
  const rows: Row[] = []
  for (const concurrency of settings ?? [engine.concurrency])
    rows.push({ concurrency, ...(await engine.rehearse({ ...request, concurrency })) })
  if (options.json) await printJson<RehearseOutput>({ rehearsals: rows })
  else if (rows.every(hasNothingToMake)) await printLine(nothingText(rows[0]!))
  else await printLine(textOf(rows))
}

type Row = Rehearsal & { readonly concurrency: number }

const hasNothingToMake = ({ counts }: Row): boolean =>
  counts.succeeded + counts.failed + counts.skipped === 0 && counts.cached > 0

const nothingText = ({ counts }: Row): string =>
  `Nothing to run: all ${formatCount(counts.cached)} jobs are up to date. Use --regenerate to run some of them again.`

const HEADER = ['concurrency', 'time', 'jobs/s', 'made', 'failed', 'cost', 'places in use', 'held back by']

const textOf = (rows: readonly Row[]): string =>
  [table([HEADER, ...rows.map(rowOf)]), ...rangeLines(rows), ...waitingLines(rows[0]!)].join('\n')

function rowOf(row: Row): (string | number)[] {
  const { concurrency, durationMs, counts, utilisation, bottleneck } = row
  const perSecond = durationMs === 0 ? 0 : (counts.succeeded / durationMs) * 1_000
  const held = bottleneck.type === 'provider' ? bottleneck.provider : bottleneck.type
  return [
    concurrency,
    withRange(row, sums => formatDuration(sums.durationMs)),
    perSecond < 10 ? perSecond.toFixed(2) : formatCount(Math.round(perSecond)),
    withRange(row, sums => formatCount(sums.counts.succeeded)),
    withRange(row, sums => formatCount(sums.counts.failed)),
    withRange(row, ({ costUsd }) => `$${costUsd.toFixed(4)}`),
    `${Math.round(utilisation * 100)} %`,
    `${held}${endingOf(row)}`,
  ]
}

/** `20 s (2 s to 1m 40s)` where lists may have fewer or more elements than expected. */
function withRange(row: Row, textFor: (sums: RehearsalSums) => string): string {
  const { least, most } = row
  const text = textFor(row)
  if (least === undefined) return text
  const range = most === undefined ? `from ${textFor(least)}` : `${textFor(least)} to ${textFor(most)}`
  return most !== undefined && textFor(least) === textFor(most) ? text : `${text} (${range})`
}

function endingOf({ stopReason, least, most }: Row): string {
  if (stopReason !== undefined) return ENDINGS[stopReason]
  if (least?.stopReason !== undefined) return `${ENDINGS[least.stopReason]} with the shortest lists`
  return most?.stopReason === undefined ? '' : `${ENDINGS[most.stopReason]} with the longest lists`
}

const waitingLines = ({ waiting = 0 }: Row): string[] =>
  waiting === 0
    ? []
    : [
        `Without ${formatCount(waiting)} ${waiting === 1 ? 'job that waits' : 'jobs that wait'} for people to approve what ${waiting === 1 ? 'it reads' : 'they read'}.`,
      ]

function rangeLines(rows: readonly Row[]): string[] {
  if (rows.every(({ least }) => least === undefined)) return []
  const most = rows.every(row => row.most !== undefined)
    ? 'the fewest and the most elements'
    : 'the fewest elements; with the most there are too many jobs to play them'
  return [`In brackets: with ${most} of lists that are not made yet.`]
}

const ENDINGS: Readonly<Record<StopReason, string>> = {
  budget: '; the budget ends it',
  fail_fast: '; a failed job ends it',
  failures: '; failed jobs end it',
  outage: '; a service that does not answer ends it',
  refused: '; a service that refuses every job ends it',
}
