import { formatRate, type ProbeEstimate, type ProbeProgress } from '../../index.js'
import { liveText } from './live-text.js'
import { formatCount, formatDuration } from './output.js'
import { levelTable } from './probe-text.js'
import { isLiveTerminal } from './progress/live-terminal.js'

export interface ProbeDisplay {
  estimate(estimate: ProbeEstimate): void
  progress(progress: ProbeProgress): void
  note(text: string): void
  /** Idempotent. */
  close(): void
}

/** A table that grows on a terminal, a line a level elsewhere; on stderr. */
export function openProbeDisplay({ isQuiet }: { isQuiet: boolean }): ProbeDisplay {
  const stream = process.stderr
  const line = (text: string) => void stream.write(`${text}\n`)
  const estimate = (about: ProbeEstimate) => line(estimateLine(about))
  if (isQuiet) return { estimate, progress: () => {}, note: () => {}, close: () => {} }
  if (!isLiveTerminal(stream)) return { estimate, ...plainDisplay(line) }
  const live = liveText(stream)
  return {
    estimate,
    progress: progress => live.show(`${levelTable(progress.levels)}\n${totals(progress)}`),
    note: text => {
      live.clear()
      line(text)
    },
    // The result has the table.
    close: () => live.clear(),
  }
}

function plainDisplay(line: (text: string) => void): Omit<ProbeDisplay, 'estimate'> {
  let shown = 0
  return {
    progress: progress => {
      if (progress.concurrency === shown) return
      shown = progress.concurrency
      line(totals(progress))
    },
    note: line,
    close: () => {},
  }
}

function estimateLine({ provider, maxCalls, costUsd }: ProbeEstimate): string {
  const calls = `Probing ${provider} with ${formatCount(maxCalls)} calls at most`
  if (costUsd === undefined) return `${calls}; what they cost is not known.`
  return costUsd === 0
    ? `${calls}, which cost nothing.`
    : `${calls}, about $${costUsd.toFixed(costUsd < 1 ? 4 : 2)} if all are made.`
}

function totals({ levels, concurrency, calls, costUsd, elapsedMs }: ProbeProgress): string {
  const now = levels.find(level => level.concurrency === concurrency)
  const parts = [`${concurrency} at once`]
  if (now !== undefined) parts.push(`${formatRate(now.throughput)} calls/s`)
  parts.push(calls === 1 ? '1 call' : `${formatCount(calls)} calls`)
  if (costUsd > 0) parts.push(`$${costUsd.toFixed(4)}`)
  parts.push(formatDuration(elapsedMs))
  return parts.join(' · ')
}
