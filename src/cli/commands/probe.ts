import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ShowrunnerError } from '../../model/error/error.js'
import { probeProvider } from '../../probe/probe-provider.js'
import { probePage } from '../../probe/report/probe-page.js'
import type { ProbeReport } from '../../probe/report/probe-report.js'
import { printJson, printLine } from '../display/output.js'
import { openProbeDisplay } from '../display/probe-display.js'
import { describeProbe } from '../display/probe-text.js'
import { EXIT } from '../exit-code.js'
import { onInterrupt } from '../on-interrupt.js'
import { engineOptions } from '../open-from-cli.js'
import type { ProbeOptions } from '../options.js'
import { probeWork } from '../probe-work.js'

export async function probe(blueprint: string | undefined, options: ProbeOptions): Promise<void> {
  await checkWritable(options)
  const work = await probeWork(blueprint, options)
  const engine = await engineOptions(options)
  const display = openProbeDisplay({ isQuiet: options.quiet === true || options.json === true })
  const stop = new AbortController()
  const releaseSignals = onInterrupt(() => {
    display.note('Stopping: what was measured is reported. Press Ctrl-C again to quit at once.')
    stop.abort()
  })
  try {
    const report = await probeProvider(
      {
        ...work,
        simulate: options.simulate,
        maxConcurrency: options.maxConcurrency,
        maxCalls: options.maxCalls,
        maxCost: options.maxCost,
        maxTimeMs: options.maxTime,
        signal: stop.signal,
        onEstimate: display.estimate,
        onProgress: display.progress,
      },
      // Without a blueprint nothing is read from a movie.
      blueprint === undefined ? { ...engine, store: 'memory:' } : engine,
    )
    display.close()
    // First what was paid for, then what may fail.
    if (options.json) await printJson(report)
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
