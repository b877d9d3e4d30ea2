import { Coordinator } from '../../../src/coordinator/coordinator.js'
import { createRun } from '../../../src/coordinator/create-run.js'
import type { Admission } from '../../../src/coordinator/limits/admission.js'
import { Budget } from '../../../src/coordinator/limits/budget/budget.js'
import type { LimiterSettings } from '../../../src/coordinator/limits/limiter-settings.js'
import { RunAdmission } from '../../../src/coordinator/limits/run-admission.js'
import type { LiveRun } from '../../../src/coordinator/live-run.js'
import type { RunOptions } from '../../../src/coordinator/run-options.js'
import type { JobErrorCode } from '../../../src/model/error/job-error-code.js'
import { valueHash } from '../../../src/model/hash.js'
import type { RunId } from '../../../src/model/id.js'
import {
  assignedJobId,
  type JobAssignment,
  type JobExecutor,
  type JobMessage,
  type JobOutcome,
  type JobTemplate,
} from '../../../src/model/job.js'
import type { MovieEvent } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import type { RunStatus } from '../../../src/model/run/run-status.js'
import { sha256 } from '../../../src/model/sha256.js'
import type { Plan } from '../../../src/plan/plan.js'
import { plainSettings } from '../blueprint/blueprints.js'
import { jobTemplate } from '../jobs/job-fixture.js'
import { drawn } from '../seeded.js'
import type { SharedWorld } from './shared-world.js'

/** Dollars of a call that was taken. */
export const CALL_COST = 0.1

/** What stands at the other end of all runs: it answers by lot, and writes down what it is asked. */
export interface SharedService {
  readonly rates: Readonly<Partial<Record<JobErrorCode, number>>>
  readonly seed: number
  /** Of refusals that say when to come back. */
  readonly retryAfterMs: number | undefined
  readonly latencyMs: number
  /** By provider: when each call came. */
  readonly calls: Map<string, number[]>
  readonly running: Map<string, number>
  readonly peaks: Map<string, number>
}

export interface SharedRunOptions
  extends Pick<RunOptions, 'schedule' | 'concurrency' | 'failFast' | 'upToLayer'> {
  readonly name: string
  readonly priority: number
  readonly budget: number | undefined
  readonly regenerateRate: number
  readonly cancelAtMs: number | undefined
  /** The log cannot be written any more from then on. */
  readonly failAtMs: number | undefined
}

/** One run of the real coordinator, beside others that call the same services through the same limiters. */
export class SharedRun {
  readonly live: LiveRun
  readonly events: MovieEvent[] = []
  /** What its calls have cost. */
  spent = 0
  status: RunStatus | 'broken' | undefined
  readonly #plan: Plan
  readonly #world: SharedWorld
  readonly #service: SharedService
  readonly #options: SharedRunOptions
  readonly #coordinator: Coordinator
  readonly #cancelled = new Set<number>()
  readonly #stops = new Map<number, () => void>()

  constructor(plan: Plan, { world, service, admission, limits }: SharedParts, options: SharedRunOptions) {
    this.#plan = plan
    this.#world = world
    this.#service = service
    this.#options = options
    const budgets = options.budget === undefined ? [] : [new Budget(options.budget)]
    const terms = plan.families.map(({ producer }) => ({
      limiters: [admission.limiter(producer.provider, limits.get(producer.provider)!)],
      price: { perCall: CALL_COST },
      isLocal: false,
      budgets,
      weight: producer.priority,
      images: 0,
      maxOutputTokens: undefined,
      promptBytes: undefined,
    }))
    const wake = () => this.#coordinator.wake()
    const { name, regenerateRate } = options
    this.live = createRun(
      plan,
      new MovieState(plan.createSlots()),
      {
        ...options,
        movieId: 'random' as RunOptions['movieId'],
        isRegenerated: job => drawn(service.seed, 'anew', name, job) < regenerateRate,
        settingsOf: plainSettings,
      },
      new RunAdmission(terms, admission, { weight: options.priority, wake }),
    )
    this.#coordinator = new Coordinator({
      runId: 'r' as RunId,
      run: this.live,
      writer: {
        token: 1,
        position: { seq: 0, offset: 0, token: 1 },
        append: async events => {
          world.touch()
          if (world.nowMs >= (options.failAtMs ?? Number.POSITIVE_INFINITY)) throw new Error('fenced')
          this.events.push(...events)
          return { seq: 0, offset: 0, token: 1 }
        },
        close: async () => {},
      },
      templates: plan.families.map(({ index, producer }) =>
        jobTemplate({ templateId: index, producer: producer.name }),
      ),
      readBlob: async () => new Uint8Array(),
      openExecutor: onMessages => this.#executor(onMessages),
      clock: world.clock,
      random: () => drawn(service.seed, 'random', name, this.events.length),
      listener: {
        recorded() {},
        started() {},
        progressed() {},
        turned: () => {
          world.touch()
          return undefined
        },
      },
    })
    if (options.cancelAtMs !== undefined) world.after(options.cancelAtMs, () => this.#coordinator.cancel())
  }

  async run(): Promise<void> {
    try {
      this.status = await this.#coordinator.run()
    } catch (error) {
      if ((error as Error).message !== 'fenced') throw error
      this.status = 'broken'
    } finally {
      this.#world.touch()
    }
  }

  #executor(receive: (messages: readonly JobMessage[]) => void): JobExecutor {
    return {
      freePlaces: Number.POSITIVE_INFINITY,
      recorded() {},
      dispatch: (template, jobs) => {
        for (const job of jobs) this.#call(template, job, receive)
      },
      cancel: jobs => {
        for (const job of jobs) this.#cancelled.add(job)
      },
      acknowledgeCheckpoint() {},
      close: async () => {
        for (const stop of this.#stops.values()) stop()
      },
    }
  }

  #call(
    template: JobTemplate,
    assignment: JobAssignment,
    receive: (messages: readonly JobMessage[]) => void,
  ) {
    const { job, attempt } = assignment
    const { provider } = this.#plan.familyOf(job).producer
    const { seed, latencyMs, running, peaks, calls } = this.#service
    const jobId = assignedJobId(template, assignment)
    const level = (running.get(provider) ?? 0) + 1
    running.set(provider, level)
    peaks.set(provider, Math.max(level, peaks.get(provider) ?? 0))
    calls.set(provider, [...(calls.get(provider) ?? []), this.#world.nowMs])
    const outcome = this.#outcome(jobId, attempt)
    const hang = () => running.set(provider, running.get(provider)! - 1)
    const delayMs = Math.ceil(latencyMs * (0.5 + drawn(seed, 'latency', this.#options.name, jobId, attempt)))
    const stop = this.#world.after(delayMs, () => {
      this.#stops.delete(job)
      hang()
      const isCancelled = this.#cancelled.has(job)
      receive([
        { type: 'job.settled', job, attempt, durationMs: 1, outcome: isCancelled ? CANCELLED : outcome },
      ])
    })
    this.#stops.set(job, () => {
      stop()
      hang()
    })
  }

  #outcome(jobId: string, attempt: number): JobOutcome {
    const { seed, rates, retryAfterMs } = this.#service
    const { name } = this.#options
    let fate = drawn(seed, 'fate', name, jobId, attempt)
    for (const [code, rate] of Object.entries(rates) as [JobErrorCode, number][]) {
      fate -= rate
      if (fate >= 0) continue
      const saysWhen = retryAfterMs !== undefined && drawn(seed, 'when', jobId, attempt) < 0.5
      if (code === 'timeout') this.spent += CALL_COST
      return { state: 'failed', error: { code, message: 'by lot', ...(saysWhen && { retryAfterMs }) } }
    }
    this.spent += CALL_COST
    const value = sha256(`${name} ${jobId}`).slice(0, 8)
    const artifacts = [{ output: 'Text', index: 0, value, hash: valueHash(value) }]
    return { state: 'succeeded', artifacts }
  }
}

export interface SharedParts {
  readonly world: SharedWorld
  readonly service: SharedService
  readonly admission: Admission
  readonly limits: ReadonlyMap<string, LimiterSettings>
}

const CANCELLED: JobOutcome = { state: 'failed', error: { code: 'cancelled', message: 'Cancelled.' } }
