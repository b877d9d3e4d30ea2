import type { RunState } from '../coordinator/state/run-state.js'
import { roundCost } from '../model/provider/price.js'
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
    const zeros = () => Array.from({ length: state.plan.targets.count }, () => 0)
    this.#state = state
    this.#attempts = zeros()
    this.#failures = zeros()
    this.#busyMs = zeros()
    this.#closedMs = zeros()
  }

  attempt(target: number, durationMs: number, isFailure: boolean): void {
    this.#attempts[target]!++
    this.#busyMs[target]! += durationMs
    if (isFailure) this.#failures[target]!++
  }

  /** After each turn: why nothing more could start, until the next one. */
  look(nowMs: number): void {
    const passedMs = nowMs - this.#lookedAtMs
    if (this.#isFull) this.#fullMs += passedMs
    for (const target of this.#closed) this.#closedMs[target]! += passedMs
    this.#lookedAtMs = nowMs
    const { active, options, admission } = this.#state
    this.#isFull = active.size >= options.concurrency
    this.#closed = admission.closedTargets()
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
    const { targets } = this.#state.plan
    for (let target = 0; target < targets.count; target++) {
      const { provider } = targets.serviceOf(target)
      const use = uses.get(provider) ?? { attempts: 0, failures: 0, busyMs: 0 }
      use.attempts += this.#attempts[target]!
      use.failures += this.#failures[target]!
      use.busyMs += this.#busyMs[target]!
      uses.set(provider, use)
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
    const { targets } = this.#state.plan
    const closedMs = Math.max(0, ...this.#closedMs)
    if (closedMs > this.#fullMs && closedMs > durationMs / 2) {
      return { type: 'provider', provider: targets.serviceOf(this.#closedMs.indexOf(closedMs)).provider }
    }
    return { type: this.#fullMs > durationMs / 2 ? 'concurrency' : 'dependencies' }
  }
}
