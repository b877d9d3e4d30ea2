import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../model/clock.js'
import type { CallSample, Visit } from './call-sample.js'
import type { ClosedLoop } from './closed-loop.js'
import { isEnough, type StayBounds } from './enough.js'
import { type LevelBounds, nextLevel } from './level-plan.js'
import { type LevelResult, type LocalLoad, summarizeLevel } from './level-result.js'
import type { LocalMeter } from './local-meter.js'
import type { ProbeEnd } from './probe-end.js'

export interface RunnerParts {
  readonly loop: ClosedLoop
  readonly meter: LocalMeter
  readonly clock: Clock
  readonly maxConcurrency: number
  readonly maxCalls: number
  readonly maxTimeMs: number
  readonly maxCostUsd: number
  /** Ends the probe. */
  readonly signal: AbortSignal
  readonly onProgress: (levels: readonly LevelResult[], concurrency: number) => void
}

/** How often a level is looked at while it is measured. */
const LOOK_MS = 50
const CALLS_A_LOOK = 20
const PROGRESS_MS = 200
/** One level has this share of the time, and of the calls that are left. */
const TIME_SHARE = 0.1
const CALLS_SHARE = 0.6
/** The first calls tell whether the provider works at all. */
const FIRST_CALLS = 5
/** So many calls in vain, one after the other, may be the end of a service and not of what it takes. */
const VAIN_CALLS = 12
/** Then it is asked alone, so often and after pauses of this, which double. */
const ALONE_CALLS = 3
const ALONE_MS = 500

interface Level {
  readonly visits: Visit[]
  result: LevelResult
}

/** Measures one level after the other, as the plan says. */
export class LevelRunner {
  readonly #parts: RunnerParts
  readonly #levels = new Map<number, Level>()
  readonly #startMs: number

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#startMs = parts.clock.monotonicMs()
  }

  /** In the order of their first visit. */
  get levels(): LevelResult[] {
    return [...this.#levels.values()].map(({ result }) => result)
  }

  get elapsedMs(): number {
    return this.#parts.clock.monotonicMs() - this.#startMs
  }

  samplesOf(concurrency: number): readonly CallSample[] {
    return this.#levels.get(concurrency)?.visits.flat() ?? []
  }

  async measureAll(): Promise<ProbeEnd> {
    for (;;) {
      if (this.#parts.signal.aborted) return 'interrupted'
      const looks = new Map(
        [...this.#levels].map(([concurrency, { visits }]) => [concurrency, visits.length]),
      )
      const next = nextLevel(this.levels, looks, this.#bounds())
      if (next.type === 'done') return next.because
      await this.#measure(next.concurrency, next.relativeError)
      // A provider that always fails has no limit to find.
      if (this.#isHopeless() || (this.#isInVain() && !(await this.#answersAlone())))
        return this.#parts.signal.aborted ? 'interrupted' : 'errors'
    }
  }

  #bounds(): LevelBounds {
    const { loop, maxCalls, maxTimeMs, maxCostUsd, maxConcurrency } = this.#parts
    const isSpent = loop.costUsd >= maxCostUsd
    return {
      maxConcurrency,
      callsLeft: isSpent ? 0 : maxCalls - loop.calls,
      msLeft: maxTimeMs - this.elapsedMs,
    }
  }

  async #measure(concurrency: number, relativeError: number): Promise<void> {
    const { loop, meter, maxTimeMs, signal } = this.#parts
    const before = this.#levels.get(concurrency)?.visits ?? []
    const callsBefore = loop.calls
    const visitCalls = CALLS_SHARE * this.#bounds().callsLeft
    const startMs = this.elapsedMs
    meter.read()
    loop.enter(concurrency)
    let progressMs = Number.NEGATIVE_INFINITY
    for (;;) {
      await this.#nextLook(concurrency)
      const { callsLeft, msLeft } = this.#bounds()
      const result = summarizeLevel(concurrency, [...before, loop.samples])
      const elapsedMs = this.elapsedMs - startMs
      const bounds: StayBounds = {
        relativeError,
        callsLeft: Math.min(callsLeft, Math.max(4 * concurrency, visitCalls) - (loop.calls - callsBefore)),
        maxMs: Math.min(
          elapsedMs + msLeft,
          Math.max(result.accepted > 1 ? TIME_SHARE * maxTimeMs : msLeft, 0),
        ),
      }
      const isOver =
        signal.aborted ||
        isEnough(result, { elapsedMs, calls: loop.samples.length }, bounds) ||
        this.#isHopeless() ||
        (this.#isInVain() && loop.lastOutcome === 'failed')
      if (isOver || elapsedMs - progressMs >= PROGRESS_MS) {
        progressMs = elapsedMs
        this.#keep(concurrency, [...before, loop.samples], isOver ? meter.read() : undefined)
        this.#parts.onProgress(this.levels, concurrency)
      }
      if (isOver) return
    }
  }

  /** After a moment, or sooner when calls are so quick that many of them fit into it. */
  async #nextLook(concurrency: number): Promise<void> {
    const { loop, signal } = this.#parts
    const count = Math.max(CALLS_A_LOOK, concurrency, 1.3 * loop.samples.length)
    const over = new AbortController()
    const moment = sleep(LOOK_MS, undefined, { signal: AbortSignal.any([signal, over.signal]) })
    await Promise.race([moment.catch(() => {}), loop.samplesReach(count)])
    over.abort()
  }

  #keep(concurrency: number, visits: Visit[], local: LocalLoad | undefined): void {
    const result = summarizeLevel(concurrency, visits, local)
    if (result.calls > 0) this.#levels.set(concurrency, { visits, result })
  }

  #isHopeless(): boolean {
    const { outcomes } = this.#parts.loop
    return outcomes.accepted === 0 && outcomes.failed + outcomes.refused >= FIRST_CALLS
  }

  /** Nothing succeeds any more. A spent rate says so itself, and comes back. */
  #isInVain(): boolean {
    const { vainCalls, places, lastError } = this.#parts.loop
    return vainCalls >= Math.max(VAIN_CALLS, 2 * places) && lastError?.code !== 'rate_limited'
  }

  /** Whether a service that fails all calls under load takes one without. */
  async #answersAlone(): Promise<boolean> {
    const { loop, signal } = this.#parts
    await loop.drain()
    for (let call = 0; call < ALONE_CALLS && this.#bounds().callsLeft > 0; call++) {
      await sleep(ALONE_MS * 2 ** call, undefined, { signal }).catch(() => {})
      if (signal.aborted) return false
      if ((await loop.burst(1)) === 1) return true
    }
    return false
  }
}
