import { exitNow } from './exit/early-end.js'
import { EXIT } from './exit/exit-code.js'

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** First Ctrl-C (or SIGTERM, or the terminal's end) asks politely; the second ends the process at once, which loses no finished work. */
export function onInterrupt(stop: () => void): () => void {
  let count = 0
  const handle = () => {
    if (++count > 1) exitNow(EXIT.cancelled)
    stop()
  }
  for (const signal of STOP_SIGNALS) process.on(signal, handle)
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, handle)
  }
}
