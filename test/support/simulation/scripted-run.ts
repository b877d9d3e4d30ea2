import { Coordinator } from '../../../src/coordinator/coordinator.js'
import { createRun } from '../../../src/coordinator/create-run.js'
import type { LiveRun } from '../../../src/coordinator/live-run.js'
import type { RunOptions } from '../../../src/coordinator/run-options.js'
import { evolve } from '../../../src/coordinator/state/evolve.js'
import type { Clock } from '../../../src/model/clock.js'
import type { RunId } from '../../../src/model/id.js'
import {
  assignedJobId,
  type JobAssignment,
  type JobMessage,
  type JobOutcome,
  type JobTemplate,
} from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { BlobRef, MovieEvent } from '../../../src/model/movie/event.js'
import type { RunStatus } from '../../../src/model/run/run-status.js'
import type { Plan } from '../../../src/plan/plan.js'
import type { LogWriter } from '../../../src/storage/store.js'
import { plainAdmission } from '../jobs/admission-fixture.js'
import { jobTemplate } from '../jobs/job-fixture.js'
import { drawn, seededRandom } from '../seeded.js'
import { type FateRates, failureOf, successOf } from './fate.js'
import type { ScriptedMovie } from './scripted-movie.js'

const TIMESTAMP = '2026-01-01T00:00:00.000Z'

export interface ScriptedOptions extends Omit<RunOptions, 'movieId' | 'isRegenerated' | 'settingsOf'> {
  /** Places by provider; absent: any number. */
  readonly providerConcurrency: ReadonlyMap<string, number>
  readonly seed: number
  readonly rates: FateRates
  /** Cancels the run at this turn of the loop. */
  readonly cancelAtTurn?: number
  /** The append with this number, from 1, is torn at a random place, and the process is dead. */
  readonly dieAtAppend?: number
}

export class Death extends Error {}

interface Flight {
  readonly jobId: string
  readonly assignment: JobAssignment
  state: 'started' | 'checkpointing' | 'ready'
  isCancelled: boolean
}

/** Looks on while a run lasts; throws when something is wrong. */
export interface Observer {
  dispatched(live: LiveRun, jobId: string, inputs: JsonValue): void
}

/**
 * One run of the real coordinator on a virtual clock, with an executor, a log and a blob store that do what
 * a seed says: messages arrive in any order, also while an append is in flight; attempts fail and threads die.
 */
export class ScriptedRun {
  readonly live: LiveRun
  /** Every dispatch: job id and attempt. */
  readonly calls: { readonly jobId: string; readonly attempt: number; readonly resume?: JsonValue }[] = []
  readonly #movie: ScriptedMovie
  readonly #options: ScriptedOptions
  readonly #observer: Observer
  readonly #random: () => number
  readonly #flights = new Map<number, Flight>()
  readonly #timers = new Set<() => void>()
  readonly #coordinator: Coordinator
  #receive: (messages: readonly JobMessage[]) => void = () => {}
  #loading = 0
  #appends = 0
  #isCancelled = false
  #turns = 0

  constructor(plan: Plan, movie: ScriptedMovie, options: ScriptedOptions, observer: Observer) {
    this.#movie = movie
    this.#options = options
    this.#observer = observer
    this.#random = seededRandom(options.seed)
    const state = movie.recover(plan)
    const opened: MovieEvent = { type: 'writer.opened', token: 1, holder: 'test', timestamp: TIMESTAMP }
    movie.append([JSON.stringify(opened)])
    evolve(state, opened)
    this.live = createRun(
      plan,
      state,
      {
        ...options,
        movieId: 'random' as RunOptions['movieId'],
        isRegenerated: () => false,
        settingsOf: ({ provider }) => ({ name: provider, model: undefined, config: {} }),
      },
      plainAdmission(plan, options.providerConcurrency),
    )
    this.#coordinator = new Coordinator({
      runId: 'r' as RunId,
      run: this.live,
      writer: this.#writer(),
      templates: plan.families.map(({ index, producer }) =>
        jobTemplate({ templateId: index, producer: producer.name }),
      ),
      readBlob: blob => this.#readBlob(blob),
      openExecutor: onMessages => this.#executor(onMessages),
      clock: this.#clock(),
      random: this.#random,
      listener: {
        recorded: events => movie.expectDurable(events),
        started() {},
        progressed() {},
        turned: () => () => this.#turned(),
      },
    })
  }

  async run(): Promise<RunStatus> {
    return await this.#coordinator.run()
  }

  #writer(): LogWriter {
    const position = { seq: 0, offset: 0, token: 1 }
    return {
      token: 1,
      position,
      append: async events => {
        this.#appends++
        const lines = events.map(event => JSON.stringify(event))
        if (this.#appends === this.#options.dieAtAppend) {
          this.#movie.append(lines.slice(0, Math.floor(this.#random() * (lines.length + 1))))
          throw new Death()
        }
        // What arrives now gathers for the next turn.
        if (this.#random() < 0.5) this.#deliverSome()
        this.#movie.append(lines)
        return position
      },
      close: async () => {},
    }
  }

  #clock(): Clock {
    return {
      timestamp: () => TIMESTAMP,
      monotonicMs: () => this.#turns,
      startTimer: (_delayMs, callback) => {
        this.#timers.add(callback)
        return () => this.#timers.delete(callback)
      },
    }
  }

  #executor(receive: (messages: readonly JobMessage[]) => void) {
    this.#receive = receive
    return {
      freePlaces: Number.POSITIVE_INFINITY,
      recorded() {},
      dispatch: (template: JobTemplate, jobs: readonly JobAssignment[]) => {
        for (const assignment of jobs) this.#start(template, assignment)
      },
      cancel: (jobs: readonly number[]) => {
        this.#isCancelled = true
        for (const job of jobs) {
          const flight = this.#flights.get(job)
          if (flight) flight.isCancelled = true
        }
      },
      acknowledgeCheckpoint: (job: number) => {
        const flight = this.#flights.get(job)
        if (flight) flight.state = 'ready'
      },
      close: async () => {},
    }
  }

  #start(template: JobTemplate, assignment: JobAssignment): void {
    const { job, attempt, resume } = assignment
    const jobId = assignedJobId(template, assignment)
    this.calls.push({ jobId, attempt, ...(resume !== undefined && { resume }) })
    if (this.#isCancelled) throw new Error(`${jobId} starts after the cancel`)
    if (this.#flights.has(job)) throw new Error(`${jobId} starts while it runs`)
    if (this.#flights.size >= this.#options.concurrency) throw new Error(`${jobId} is one too many`)
    const inputs = this.#movie.inputsOf(assignment)
    this.#observer.dispatched(this.live, jobId, inputs)
    const { seed, rates } = this.#options
    const submits = resume === undefined && drawn(seed, 'submits', jobId, attempt) < rates.checkpoint
    this.#flights.set(job, { jobId, assignment, state: submits ? 'started' : 'ready', isCancelled: false })
  }

  #turned(): void {
    const turn = ++this.#turns
    if (turn === this.#options.cancelAtTurn) this.#coordinator.cancel()
    if (this.#random() < 0.7 || !this.live.schedule.hasMoreNow) this.#deliverSome()
    if (this.#flights.size > 0 || this.#timers.size > 0 || this.#loading > 0) return
    void this.#abandonWhenStuck(turn)
  }

  /** Nothing is on its way. Unless mail waits already, there will never be another turn. */
  async #abandonWhenStuck(turn: number): Promise<void> {
    for (let patience = 0; patience < 50; patience++) {
      await new Promise(resolve => setImmediate(resolve))
      if (this.#turns !== turn || this.live.isDone) return
    }
    this.#coordinator.abandon(new Error(`stuck with ${this.live.schedule.unsettledCount} jobs left`))
  }

  #deliverSome(): void {
    const count = 1 + Math.floor(this.#random() * 4)
    for (let number = 0; number < count; number++) {
      const isTimer = this.#timers.size > 0 && (this.#flights.size === 0 || this.#random() < 0.3)
      if (isTimer) this.#fireTimer()
      else this.#advanceFlight()
    }
  }

  #fireTimer(): void {
    const timer = this.#pick([...this.#timers])!
    this.#timers.delete(timer)
    timer()
  }

  #advanceFlight(): void {
    const flight = this.#pick([...this.#flights.values()].filter(({ state }) => state !== 'checkpointing'))
    if (!flight) return
    const { jobId } = flight
    const { job, attempt } = flight.assignment
    if (flight.state === 'started' && !flight.isCancelled) {
      flight.state = 'checkpointing'
      const checkpoint = { submitted: jobId }
      this.#receive([{ type: 'job.checkpoint', job, attempt, requestNumber: 1, checkpoint }])
      return
    }
    this.#flights.delete(job)
    this.#receive([
      { type: 'job.settled', job, attempt, durationMs: 1, outcome: this.#outcome(flight) },
      // A thread may say things twice, or too late: nothing must come of it.
      { type: 'job.settled', job, attempt, durationMs: 2, outcome: { state: 'failed', error: BUG } },
    ])
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  #outcome({ jobId, assignment, isCancelled }: Flight): JobOutcome {
    const { rates, seed } = this.#options
    const { attempt } = assignment
    // What is made in spite of the abort has been paid for, and counts.
    if (isCancelled && drawn(seed, 'late', jobId, attempt) < 0.7)
      return { state: 'failed', error: { code: 'cancelled', message: 'Cancelled.' } }
    const error = failureOf(rates, seed, jobId, attempt)
    if (error) return { state: 'failed', error }
    const { provider } = this.live.state.plan.familyOf(assignment.job).producer
    return successOf(rates, this.#movie, provider, this.#movie.inputsOf(assignment))
  }

  async #readBlob({ hash }: BlobRef): Promise<Uint8Array> {
    this.#loading++
    // Some values take longer than others to come.
    for (let delay = Math.floor(this.#random() * 4); delay > 0; delay--)
      await new Promise(resolve => setImmediate(resolve))
    this.#loading--
    return this.#movie.blobs.get(hash)!
  }
}

const BUG = { code: 'bug', message: 'must be dropped' } as const
