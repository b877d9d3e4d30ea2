import { performance } from 'node:perf_hooks'
import type { HostSession } from '../session/host-session.js'
import type { ThreadSession } from './thread-session.js'

/** How often the watchdog looks, at most. */
const WATCHDOG_PERIOD_MS = 1_000

/** Knows which sessions hold an attempt that should have settled long ago. */
interface OverdueSource {
  addOverdue(now: number, into: Set<HostSession>): void
}

/**
 * Finds threads whose event loop is blocked. They cannot time out their own jobs, so a job that should have
 * settled long ago makes the watchdog ask its thread for a sign of life. Time is counted in periods in which
 * the host itself was awake: a host that was blocked has not listened.
 */
export class Watchdog {
  readonly #sessions: Iterable<ThreadSession>
  readonly #runs: Iterable<OverdueSource>
  readonly #periodMs: number
  readonly #periodLimit: number
  #timer: NodeJS.Timeout | undefined

  constructor(sessions: Iterable<ThreadSession>, runs: Iterable<OverdueSource>, abortGraceMs: number) {
    this.#sessions = sessions
    this.#runs = runs
    this.#periodMs = Math.max(10, Math.min(WATCHDOG_PERIOD_MS, abortGraceMs / 4))
    this.#periodLimit = Math.ceil(abortGraceMs / this.#periodMs)
  }

  /** To be called when jobs are dispatched; the watchdog rests by itself when none are left. */
  wake(): void {
    // The threads themselves keep the process alive while they have jobs.
    this.#timer ??= setInterval(() => this.#look(), this.#periodMs).unref()
  }

  rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const now = performance.now()
    const overdue = new Set<HostSession>()
    for (const run of this.#runs) run.addOverdue(now, overdue)
    let isBusy = false
    for (const session of [...this.#sessions]) {
      if (session.load > 0) isBusy = true
      session.watch(overdue.has(session), this.#periodLimit)
    }
    if (!isBusy) this.rest()
  }
}
