import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type ProbeReport, type ProbeRequest, probePage, ShowrunnerError } from '../../../index.js'
import { BUILD } from '../../declare/command-group.js'
import {
  dollarsOption,
  durationOption,
  gatherOption,
  wholeNumberOption,
} from '../../declare/option-values.js'
import { type OptionsOf, storeCommand } from '../../declare/store-command.js'
import { printJson, printLine } from '../../display/output.js'
import { openProbeDisplay } from '../../display/probe-display.js'
import { describeProbe } from '../../display/probe-text.js'
import { EXIT } from '../../exit/exit-code.js'
import { probeWork } from '../../input/probe-work.js'
import { onInterrupt } from '../../on-interrupt.js'
import { openConfigured } from '../../open-engine.js'

const declared = storeCommand('probe')
  .argument('[blueprint]', 'blueprint file (YAML or JSON)')
  .description('find out how much concurrency a provider takes, by calling it')
  .helpGroup(BUILD)
  .option('--producer <name>', "the blueprint's producer whose jobs are the calls")
  .option('-i, --input <name=value>', 'an input of the blueprint, as for run', gatherOption)
  .option('--inputs <file>', 'inputs from a YAML or JSON file; -i overrides it')
  .option('--movie <id>', 'movie that has what the producer reads; it is only read')
  .option('--simulate', 'replace the provider with a simulation')
  .option('--provider <name>', 'without a blueprint: a provider of the config, or a built-in one')
  .option('--model <name>', "model of the provider; overrides the producer's")
  .option(
    '--with <name=value>',
    'an input of each call; overrides or adds to those of the producer; name=@file reads it',
    gatherOption,
  )
  .option('--output-type <type>', 'with --provider: text, json or a MIME type (default: text)')
  .option('--max-concurrency <n>', 'calls at the same time, at most (default: 256)', wholeNumberOption)
  .option('--max-calls <n>', 'calls in total, at most (default: 2000)', wholeNumberOption)
  .option('--max-cost <amount>', 'refuse to start when all calls could cost more: 5usd', dollarsOption)
  .option('--max-time <duration>', 'time it may take (default: 2m)', durationOption)
  .option('--threads <n>', 'worker threads (default: number of cores)', wholeNumberOption)
  .option('--html <file>', 'write a page with the curves')
  .option('--output <file>', 'write the latencies, for simulate')
  .option('--quiet', 'no progress, only the result')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner probe book.yaml --producer Picture -i story=Fox --max-cost 5usd
  $ showrunner probe --provider images --with prompt="A fox" --output-type image/png --html probe.html

The calls are real and cost money; nothing is written to a movie. Ctrl-C ends it with what was measured.`,
  )

type ProbeOptions = OptionsOf<typeof declared>

/** What `probe --json` prints. */
export type ProbeOutput = ProbeReport

export const command = declared.action(probe)

async function probe(blueprint: string | undefined, options: ProbeOptions): Promise<void> {
  await checkWritable(options)
  const work = await probeWork(blueprint, options)
  // A provider alone needs no store, nor credentials for one.
  await using engine = await openConfigured(
    blueprint === undefined ? { ...options, store: 'memory:' } : options,
  )
  const display = openProbeDisplay({ isQuiet: options.quiet === true || options.json === true })
  const stop = new AbortController()
  const releaseSignals = onInterrupt(() => {
    display.note('Stopping: what was measured is reported. Press Ctrl-C again to quit at once.')
    stop.abort()
  })
  try {
    const report = await engine.probe({
      ...work,
      simulate: options.simulate,
      maxConcurrency: options.maxConcurrency,
      maxCalls: options.maxCalls,
      maxCostUsd: options.maxCost,
      maxTimeMs: options.maxTime,
      signal: stop.signal,
      onEstimate: display.estimate,
      onProgress: display.progress,
    } as ProbeRequest)
    display.close()
    // First what was paid for, then what may fail.
    if (options.json) await printJson<ProbeOutput>(report)
    else await printLine(describeProbe(report))
    await writeFiles(report, options)
    if (report.isInterrupted) process.exitCode = EXIT.cancelled
  } finally {
    display.close()
    releaseSignals()
  }
}

async function writeFiles(report: ProbeReport, { html, output }: ProbeOptions): Promise<void> {
  if (html !== undefined) await writeFile(html, probePage(report))
  if (output !== undefined && report.latency !== undefined)
    await writeFile(output, `${JSON.stringify({ latencyMs: report.latency }, null, 2)}\n`)
}

/** Before the first call is paid for. */
async function checkWritable({ html, output }: ProbeOptions): Promise<void> {
  for (const file of [html, output]) {
    if (file === undefined) continue
    const isFolder = await stat(file).then(
      found => found.isDirectory(),
      () => false,
    )
    const fault = isFolder
      ? 'it is a folder'
      : await access(dirname(file), constants.W_OK).then(
          () => undefined,
          (error: Error) => error.message,
        )
    if (fault !== undefined)
      throw new ShowrunnerError('USAGE_INVALID', `${file} cannot be written: ${fault}. No call was made.`)
  }
}
