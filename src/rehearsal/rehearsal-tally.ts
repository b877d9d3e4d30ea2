import type { RunState } from '../coordinator/state/run-state.js'
import { roundCost } from '../model/provider/price.js'
import type { Family } from '../plan/geometry/family.js'
import type { Bottleneck, ProviderUse, RehearsedRun } from './rehearsal.js'

/** Gathers what happens in a rehearsal. */
export class RehearsalTally {
  readonly #state: RunState
  readonly #attempts: number[]
  readonly #failures: number[]
  readonly #busyMs: number[]
  #fullMs = 0
  readonly #closedMs: number[]
  #lookedAtMs = 0
  #isFull = false
  #closed: readonly number[] = []

  constructor(state: RunState) {
    const zeros = () => state.plan.families.map(() => 0)
    this.#state = state
    this.#attempts = zeros()
    this.#failures = zeros()
    this.#busyMs = zeros()
    this.#closedMs = zeros()
  }

  attempt({ index }: Family, durationMs: number, isFailure: boolean): void {
    this.#attempts[index]!++
    this.#busyMs[index]! += durationMs
    if (isFailure) this.#failures[index]!++
  }

  /** After each turn: why nothing more could start, until the next one. */
  look(nowMs: number): void {
    const passedMs = nowMs - this.#lookedAtMs
    if (this.#isFull) this.#fullMs += passedMs
    for (const family of this.#closed) this.#closedMs[family]! += passedMs
    this.#lookedAtMs = nowMs
    const { active, options, admission } = this.#state
    this.#isFull = active.size >= options.concurrency
    this.#closed = admission.closedFamilies()
  }

  finish(durationMs: number): RehearsedRun {
    const { statuses, movie, options, stopReason } = this.#state
    const { succeeded, failed, skipped, cached } = statuses.counts
    const busyMs = this.#busyMs.reduce((sum, value) => sum + value, 0)
    return {
      durationMs: Math.round(durationMs),
      counts: { succeeded, failed, skipped, cached },
      stopReason,
      costUsd: roundCost(movie.costUsd),
      utilisation: durationMs === 0 ? 0 : Math.min(1, busyMs / (durationMs * options.concurrency)),
      providers: this.#providers(durationMs),
      bottleneck: this.#bottleneck(durationMs),
    }
  }

  #providers(durationMs: number): ProviderUse[] {
    const uses = new Map<string, { attempts: number; failures: number; busyMs: number }>()
    for (const { index, producer } of this.#state.plan.families) {
      const use = uses.get(producer.provider) ?? { attempts: 0, failures: 0, busyMs: 0 }
      use.attempts += this.#attempts[index]!
      use.failures += this.#failures[index]!
      use.busyMs += this.#busyMs[index]!
      uses.set(producer.provider, use)
    }
    return [...uses].map(([provider, { attempts, failures, busyMs }]) => ({
      provider,
      attempts,
      failedAttempts: failures,
      meanInFlight: durationMs === 0 ? 0 : busyMs / durationMs,
      meanLatencyMs: attempts === 0 ? 0 : busyMs / attempts,
    }))
  }

  /** What has kept jobs from starting for more than half of the time. */
  #bottleneck(durationMs: number): Bottleneck {
    const { families } = this.#state.plan
    const closedMs = Math.max(0, ...this.#closedMs)
    if (closedMs > this.#fullMs && closedMs > durationMs / 2) {
      const family = families[this.#closedMs.indexOf(closedMs)]!
      return { type: 'provider', provider: family.producer.provider }
    }
    return { type: this.#fullMs > durationMs / 2 ? 'concurrency' : 'dependencies' }
  }
}
