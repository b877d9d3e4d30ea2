import type { Rehearsal, StopReason } from '../../../index.js'
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
  const rows: (Rehearsal & { concurrency: number })[] = []
  for (const concurrency of settings ?? [engine.concurrency])
    rows.push({ concurrency, ...(await engine.rehearse({ ...request, concurrency })) })
  if (options.json) await printJson<RehearseOutput>({ rehearsals: rows })
  else if (rows.every(hasNothingToMake)) await printLine(nothingText(rows[0]!))
  else await printLine(tableOf(rows))
}

type Row = Rehearsal & { concurrency: number }

const hasNothingToMake = ({ counts }: Row): boolean =>
  counts.succeeded + counts.failed + counts.skipped === 0 && counts.cached > 0

const nothingText = ({ counts }: Row): string =>
  `Nothing to run: all ${formatCount(counts.cached)} jobs are up to date. Use --regenerate to run some of them again.`

function tableOf(rows: readonly (Rehearsal & { concurrency: number })[]): string {
  const header = ['concurrency', 'time', 'jobs/s', 'made', 'failed', 'cost', 'places in use', 'held back by']
  return table([header, ...rows.map(rowOf)])
}

function rowOf(row: Rehearsal & { concurrency: number }): (string | number)[] {
  const { concurrency, durationMs, counts, costUsd, utilisation, bottleneck, stopReason } = row
  const perSecond = durationMs === 0 ? 0 : (counts.succeeded / durationMs) * 1_000
  const held = bottleneck.type === 'provider' ? bottleneck.provider : bottleneck.type
  return [
    concurrency,
    formatDuration(durationMs),
    perSecond < 10 ? perSecond.toFixed(2) : formatCount(Math.round(perSecond)),
    formatCount(counts.succeeded),
    formatCount(counts.failed),
    `$${costUsd.toFixed(4)}`,
    `${Math.round(utilisation * 100)} %`,
    `${held}${stopReason === undefined ? '' : ENDINGS[stopReason]}`,
  ]
}

const ENDINGS: Readonly<Record<StopReason, string>> = {
  budget: '; the budget ends it',
  fail_fast: '; a failed job ends it',
  failures: '; failed jobs end it',
  outage: '; a service that does not answer ends it',
  refused: '; a service that refuses every job ends it',
}
