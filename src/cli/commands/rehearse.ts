import type { StopReason } from '../../model/movie/event.js'
import type { Rehearsal } from '../../rehearsal/rehearse-run.js'
import { formatCount, formatDuration, printJson, printLine, table, tell } from '../display/output.js'
import { latencies } from '../input/latency-option.js'
import { planRequest } from '../input/plan-request.js'
import { tableLines, tableNotes } from '../input/table-notes.js'
import { openFromCli } from '../open-from-cli.js'
import type { RehearseOptions } from '../options.js'

export async function rehearse(blueprint: string, options: RehearseOptions): Promise<void> {
  const request = {
    ...(await planRequest(blueprint, options)),
    schedule: options.schedule,
    failFast: options.failFast,
    outageWaitMs: options.outageWait,
    latencyMs: await latencies(options.latency ?? []),
  }
  const { concurrency: settings, ...rest } = options
  await using engine = await openFromCli(rest)
  if (!options.json) tableLines(tableNotes(request.inputs)).forEach(tell)
  const rows: (Rehearsal & { concurrency: number })[] = []
  for (const concurrency of settings ?? [engine.concurrency])
    rows.push({ concurrency, ...(await engine.rehearse({ ...request, concurrency })) })
  if (options.json) await printJson({ rehearsals: rows })
  else if (rows.every(hasNothingToMake)) await printLine(nothingText(rows[0]!))
  else await printLine(tableOf(rows))
}

type Row = Rehearsal & { concurrency: number }

const hasNothingToMake = ({ counts }: Row): boolean =>
  counts.succeeded + counts.failed + counts.skipped === 0 && counts.cached > 0

const nothingText = ({ counts }: Row): string =>
  `There is nothing to make: all ${formatCount(counts.cached)} jobs are there already. With --regenerate the run makes some again.`

function tableOf(rows: readonly (Rehearsal & { concurrency: number })[]): string {
  const header = ['concurrency', 'time', 'jobs/s', 'made', 'failed', 'cost', 'places in use', 'held back by']
  return table([header, ...rows.map(rowOf)])
}

function rowOf(row: Rehearsal & { concurrency: number }): (string | number)[] {
  const { concurrency, durationMs, counts, cost, utilisation, bottleneck, stopReason } = row
  const perSecond = durationMs === 0 ? 0 : (counts.succeeded / durationMs) * 1_000
  const held = bottleneck.type === 'provider' ? bottleneck.provider : bottleneck.type
  return [
    concurrency,
    formatDuration(durationMs),
    perSecond < 10 ? perSecond.toFixed(2) : formatCount(Math.round(perSecond)),
    formatCount(counts.succeeded),
    formatCount(counts.failed),
    `$${cost.toFixed(4)}`,
    `${Math.round(utilisation * 100)} %`,
    `${held}${stopReason === undefined ? '' : ENDINGS[stopReason]}`,
  ]
}

const ENDINGS: Readonly<Record<StopReason, string>> = {
  budget: '; the budget ends it',
  fail_fast: '; a failed job ends it',
  outage: '; it ends with a service that does not answer',
  refused: '; it ends with a service that refuses every job',
}
