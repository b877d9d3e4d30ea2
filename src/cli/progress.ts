import { createLogUpdate } from 'log-update'
import type { JobUpdate, ProducerProgress, Run, RunProgress } from '../engine/run.js'
import { formatCount, formatDuration, table } from './output.js'
import { oneLine } from './terminal-text.js'

/** Shows a run while it lasts, on stderr. */
export interface Display {
  note(text: string): void
  /** Idempotent. */
  close(): void
}

/** Plain lines come this far apart at least. */
const PLAIN_INTERVAL_MS = 2_000
/** Failures printed one by one; the rest is in the log. */
const FAILURES_SHOWN = 10

/** A live display on a terminal, plain lines elsewhere, nothing when quiet. */
export function openDisplay(run: Run, { isQuiet }: { isQuiet: boolean }): Display {
  if (isQuiet) return { note: () => {}, close: () => {} }
  const stream = process.stderr
  const show = stream.isTTY ? liveDisplay(stream) : plainDisplay(stream)
  let failures = 0
  run.on('progress', show.progress)
  run.on('job', (update: JobUpdate) => {
    if (update.state !== 'failed' || ++failures > FAILURES_SHOWN) return
    show.line(oneLine(`failed ${update.jobId}: ${update.error.code}: ${update.error.message.split('\n')[0]}`))
  })
  return { note: show.line, close: show.close }
}

interface Screen {
  progress(progress: RunProgress): void
  line(text: string): void
  close(): void
}

function liveDisplay(stream: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(stream)
  let last = ''
  return {
    progress(progress) {
      last = `${producerTable(progress.producers)}\n${totals(progress)}`
      update(last)
    },
    line(text) {
      update.clear()
      stream.write(`${text}\n`)
      if (last !== '') update(last)
    },
    close: () => update.done(),
  }
}

function plainDisplay(stream: NodeJS.WriteStream): Screen {
  let lastMs = performance.now()
  return {
    progress(progress) {
      const nowMs = performance.now()
      if (nowMs - lastMs < PLAIN_INTERVAL_MS) return
      lastMs = nowMs
      stream.write(`${totals(progress)}\n`)
    },
    line: text => void stream.write(`${text}\n`),
    close: () => {},
  }
}

function producerTable(producers: readonly ProducerProgress[]): string {
  return table(
    producers.map(row => {
      const done = row.succeeded + row.cached + row.failed + row.skipped
      const [first, last] = row.layers
      return [
        `  layer ${first === last ? first : `${first}–${last}`}`,
        row.producer,
        row.provider,
        `${formatCount(done)}/${formatCount(row.total)}`,
        row.active > 0 ? `${formatCount(row.active)} running` : done === row.total ? 'done' : '',
        row.failed > 0 ? `${formatCount(row.failed)} failed` : '',
      ]
    }),
  )
}

function totals({ counts, total, active, elapsedMs, jobsPerSecond }: RunProgress): string {
  const settled = counts.succeeded + counts.failed + counts.skipped + counts.cached
  const left = total - settled
  const parts = [`${formatCount(settled)}/${formatCount(total)} jobs`]
  if (counts.cached > 0) parts.push(`${formatCount(counts.cached)} there already`)
  parts.push(`${formatCount(active)} running`)
  if (counts.failed > 0) parts.push(`${formatCount(counts.failed)} failed`)
  parts.push(`${formatCount(Math.round(jobsPerSecond))} jobs/s`)
  if (left > 0 && jobsPerSecond > 0) parts.push(`${formatDuration((left / jobsPerSecond) * 1_000)} left`)
  parts.push(formatDuration(elapsedMs))
  return parts.join(' · ')
}
