import type { TableProgress } from '../../../index.js'
import { liveText } from '../live-text.js'
import { formatCount, tell } from '../output.js'
import { isLiveTerminal } from './live-terminal.js'

const LIVE_INTERVAL_MS = 200
const PLAIN_INTERVAL_MS = 10_000

/** Shows on stderr how far a long export is: a line that is updated on a terminal, one every ten seconds elsewhere. */
export function exportProgress(isQuiet: boolean): {
  readonly show: (progress: TableProgress) => void
  close(): void
} {
  const isLive = isLiveTerminal(process.stderr)
  const live = isLive && !isQuiet ? liveText(process.stderr) : undefined
  let shownAtMs = performance.now()
  return {
    show({ rows, total }) {
      const nowMs = performance.now()
      if (isQuiet || nowMs - shownAtMs < (isLive ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS)) return
      shownAtMs = nowMs
      const text = `${formatCount(rows)} of ${formatCount(total)} rows`
      if (live) live.show(text)
      else tell(text)
    },
    close: () => live?.clear(),
  }
}
