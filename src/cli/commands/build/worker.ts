import { BUILD } from '../../declare/command-group.js'
import { durationOption, gatherOption, wholeNumberOption } from '../../declare/option-values.js'
import { type OptionsOf, storeCommand } from '../../declare/store-command.js'
import { formatCount, printJson, printLine, tell } from '../../display/output.js'
import { exitNow } from '../../exit/early-end.js'
import { EXIT } from '../../exit/exit-code.js'
import { openConfiguredWorker } from '../../open-engine.js'
import { untilInterrupted } from '../../until-interrupted.js'

const DRAIN_MS = 60_000

const declared = storeCommand('worker')
  .description('do the work of runs that have the same --queue, on this machine')
  .helpGroup(BUILD)
  .option(
    '--queue <url>',
    'the queue of the fleet: redis://host:6379, rediss://… (default: that of the config)',
  )
  .option('--places <n>', 'jobs at the same time (default: 64)', wholeNumberOption)
  .option('--threads <n>', 'worker threads (default: number of cores)', wholeNumberOption)
  .option(
    '--drain <duration>',
    'after Ctrl-C, finish running jobs for this long: 30s, 5m (default: 60s)',
    durationOption,
  )
  .option(
    '--allow-mismatch',
    'run providers whose code here differs from that of the run, for rolling deploys',
  )
  .option(
    '--allow <what>',
    'let runs start programs of this machine (command), or load modules of checks (checks); repeatable',
    gatherOption,
  )
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner worker --queue redis://localhost:6379 --store s3://bucket/movies
  $ showrunner worker --queue rediss://queue.internal:6379 --store s3://bucket/movies --places 1024 --drain 5m

It finds providers by name in the config of this machine. The first Ctrl-C (or SIGTERM) finishes what runs, and hands
back the rest; the second ends it at once.`,
  )

/** What `worker --json` prints when it takes part. */
export interface WorkerOutput {
  readonly state: 'ready'
  readonly places: number
}

export const command = declared.action(worker)

async function worker(options: OptionsOf<typeof declared>): Promise<void> {
  const { places = 64, drain = DRAIN_MS, allow, allowMismatch } = options
  const host = await openConfiguredWorker(options, {
    places,
    allow,
    allowMismatch,
    onWarning: tell,
  })
  if (options.json) await printJson<WorkerOutput>({ state: 'ready', places })
  else await printLine(`This host takes up to ${formatCount(places)} jobs at once. Press Ctrl-C to end it.`)
  await untilInterrupted()
  tell(`Finishing ${formatCount(host.runningCount)} jobs. Press Ctrl-C again to quit at once.`)
  const left = await host.drain(drain)
  if (left > 0) tell(`${formatCount(left)} jobs were handed back.`)
  // Jobs that were handed back are not aborted.
  exitNow(EXIT.done)
}
