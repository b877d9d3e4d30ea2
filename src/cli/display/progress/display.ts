import type { JobNote, JobUpdate, Run, RunProgress } from '../../../index.js'
import { budgetLeft, budgetLines } from '../budget-text.js'
import { rowText } from '../failure-text.js'
import { liveText } from '../live-text.js'
import { oneLineText } from '../terminal-text.js'
import { isLiveTerminal } from './live-terminal.js'
import { aged, limiterTexts, outageTexts, producerTable, totals } from './progress-text.js'

/** Shows a run while it lasts, on stderr. */
export interface Display {
  note(text: string): void
  /** Idempotent. */
  close(): void
}

/** Plain lines come this far apart at least. */
const PLAIN_INTERVAL_MS = 2_000
/** And this far when nothing has happened, as in a long pause. */
const PLAIN_IDLE_MS = 30_000
const TICK_MS = 1_000
/** Failures printed one by one, and warnings; the rest of the failures is in the log. */
const FAILURES_SHOWN = 10
const WARNINGS_SHOWN = 10

/** A live display on a terminal, plain lines elsewhere, nothing when quiet. */
export function openDisplay(run: Run, { isQuiet }: { isQuiet: boolean }): Display {
  if (isQuiet) return { note: () => {}, close: () => {} }
  const stream = process.stderr
  const show = isLiveTerminal(stream) ? liveDisplay(stream) : plainDisplay(stream)
  run.on('started', start => {
    for (const line of budgetLines(start)) show.line(line)
  })
  let failures = 0
  run.on('job', (update: JobUpdate) => {
    if (update.state !== 'failed' || ++failures > FAILURES_SHOWN) return
    const { jobId, rows, error } = update
    show.line(oneLineText(`failed ${jobId}${rowText(rows)}: ${error.code}: ${error.message.split('\n')[0]}`))
  })
  run.on('note', warnings(show.line))
  const stopTicking = followProgress(run, show)
  return {
    note: show.line,
    close() {
      stopTicking()
      show.close()
    },
  }
}

/** Each warning of a provider or the cache once, however many jobs have it. */
function warnings(print: (text: string) => void): (note: JobNote) => void {
  const shown = new Set<string>()
  return ({ jobId, level, note }) => {
    if ((level !== 'warn' && level !== 'error') || note === undefined) return
    if (shown.size >= WARNINGS_SHOWN || shown.has(note)) return
    shown.add(note)
    print(oneLineText(`${level === 'warn' ? 'warning' : 'error'} ${jobId}: ${note.slice(level.length + 2)}`))
  }
}

/** Shows progress as it comes; and while nothing happens, how long it is still to last. */
function followProgress(run: Run, show: Screen): () => void {
  let latest: { readonly progress: RunProgress; readonly atMs: number } | undefined
  run.on('progress', progress => {
    latest = { progress, atMs: performance.now() }
    show.progress(progress, PLAIN_INTERVAL_MS)
  })
  const timer = setInterval(() => {
    const idleMs = latest === undefined ? 0 : performance.now() - latest.atMs
    if (idleMs >= TICK_MS) show.progress(aged(latest!.progress, idleMs), PLAIN_IDLE_MS)
  }, TICK_MS)
  return () => clearInterval(timer)
}

interface Screen {
  /** @param plainMs the least distance to the last line, where lines stay */
  progress(progress: RunProgress, plainMs: number): void
  line(text: string): void
  close(): void
}

function liveDisplay(stream: NodeJS.WriteStream): Screen {
  const live = liveText(stream)
  let last = ''
  return {
    progress(progress) {
      const waits = waitTexts(progress).map(text => `  ${text}`)
      last = [producerTable(progress.producers), ...waits, totalsOf(progress)].join('\n')
      live.show(last)
    },
    line(text) {
      live.clear()
      stream.write(`${text}\n`)
      if (last !== '') live.show(last)
    },
    close: () => live.done(),
  }
}

const totalsOf = (progress: RunProgress): string => totals(progress, progress.budgets.map(budgetLeft))

/** What jobs wait for. */
const waitTexts = ({ limiters, outages }: RunProgress): string[] =>
  [...limiterTexts(limiters), ...outageTexts(outages)].map(oneLineText)

function plainDisplay(stream: NodeJS.WriteStream): Screen {
  let lastMs = performance.now()
  return {
    progress(progress, plainMs) {
      const nowMs = performance.now()
      if (nowMs - lastMs < plainMs) return
      lastMs = nowMs
      stream.write(`${[totalsOf(progress), ...waitTexts(progress)].join(' · ')}\n`)
    },
    line: text => void stream.write(`${text}\n`),
    close: () => {},
  }
}
