import type { RunPlan } from '../../engine/movie/run-plan.js'
import { type JobId, producerOf, type RunId } from '../../model/id.js'
import type { LimitAdjusted, LoggedEvent, MovieEvent, RunFinished } from '../../model/movie/event.js'
import { LOG_START, type LogPosition } from '../../model/movie/manifest.js'
import type { PageEvents } from '../page-movie.js'
import { bytesColumn, floatsColumn, integersColumn, shortsColumn } from './growing-column.js'
import { changeNumber, type JobChange } from './job-change.js'
import { JobNumbers } from './job-numbers.js'
import { jobOfArtifact } from './job-of-artifact.js'
import { Reasons } from './reasons.js'

/** A run of the movie, with what it found and what became of it. */
export interface RecordedRun {
  readonly runId: RunId
  readonly concurrency: number
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
  /** Changes before it. */
  readonly firstChange: number
  readonly plan: RunPlan | undefined
  finished?: RunFinished & { readonly atMs: number; readonly change: number }
}

export interface RecordedLimit extends Pick<LimitAdjusted, 'limiter' | 'concurrency' | 'requestsPerMinute'> {
  readonly atMs: number
  /** Changes before it. */
  readonly change: number
}

/**
 * The log of a movie as far as jobs are concerned, in columns: one entry a change of a job, 40 bytes each. What a
 * change says besides is read from the log again when somebody looks at it.
 */
export class MovieHistory {
  readonly jobs = new JobNumbers()
  readonly reasons = new Reasons()
  readonly runs: RecordedRun[] = []
  readonly limits: RecordedLimit[] = []
  /** Where each batch of the log begins. */
  readonly #positions: LogPosition[] = [LOG_START]
  readonly #job = integersColumn()
  readonly #kind = bytesColumn()
  readonly #atMs = floatsColumn()
  readonly #durationMs = floatsColumn()
  readonly #costUsd = floatsColumn()
  readonly #uncertainCostUsd = floatsColumn()
  readonly #attempt = shortsColumn()
  readonly #reason = integersColumn()
  readonly #batch = integersColumn()
  /** The change before of the same job, from 1; 0: none. */
  readonly #before = integersColumn()
  readonly #lastOfJob = integersColumn()
  readonly #planOf: (runId: RunId) => Promise<RunPlan | undefined>
  #seq = 0
  #timestamp = ''
  #timestampMs = 0
  /** The job whose artifacts came last, and the batch in which they began. */
  #madeJob: JobId | undefined
  #madeBatch = 0

  constructor(planOf: (runId: RunId) => Promise<RunPlan | undefined>) {
    this.#planOf = planOf
  }

  /** Changes of jobs. */
  get length(): number {
    return this.#kind.length
  }

  /** Events of the log that are in it. */
  get seq(): number {
    return this.#seq
  }

  jobAt = (change: number): number => this.#job.get(change)
  kindAt = (change: number): number => this.#kind.get(change)
  /** Milliseconds since 1970. */
  timeAt = (change: number): number => this.#atMs.get(change)
  durationAt = (change: number): number => this.#durationMs.get(change)
  costAt = (change: number): number => this.#costUsd.get(change)
  uncertainCostAt = (change: number): number => this.#uncertainCostUsd.get(change)
  attemptAt = (change: number): number => this.#attempt.get(change)
  /** As {@link Reasons.at} takes it; 0: none. */
  reasonAt = (change: number): number => this.#reason.get(change)
  /** The batch in which the lines of a change begin. */
  batchAt = (change: number): number => this.#batch.get(change)

  /** Batches of the log that are read. */
  get batchCount(): number {
    return this.#positions.length - 1
  }

  /** Changes of a job, newest first, of those before `to`. */
  *changesOf(job: number, to: number): Generator<number, void, undefined> {
    for (let change = this.#lastOfJob.get(job) - 1; change !== -1; change = this.#before.get(change) - 1)
      if (change < to) yield change
  }

  /** Up to where the log is read. */
  get end(): LogPosition {
    return this.#positions.at(-1)!
  }

  /** Where a batch begins. */
  positionOf(batch: number): LogPosition {
    return this.#positions[batch]!
  }

  /** The batch that has an event of the log; undefined as long as it is not read. */
  batchOf(seq: number): number | undefined {
    if (seq < 1 || seq > this.#seq) return undefined
    let low = 0
    let high = this.#positions.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#positions[middle]!.seq < seq) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Takes the next batch of the log. */
  async take({ events, position }: PageEvents): Promise<void> {
    for (const logged of events) {
      if (logged.event.type === 'run.started') await this.#runStarted(logged.event)
      else this.#event(logged)
    }
    this.#positions.push(position)
    this.#seq = position.seq
  }

  async #runStarted({ runId, concurrency, timestamp }: MovieEvent & { type: 'run.started' }): Promise<void> {
    const plan = await this.#planOf(runId)
    if (plan) this.jobs.plan(plan)
    const startedAtMs = this.#ms(timestamp)
    this.runs.push({ runId, concurrency, startedAtMs, firstChange: this.length, plan })
  }

  #event({ event }: LoggedEvent): void {
    switch (event.type) {
      case 'artifact':
        if (event.jobId !== undefined && event.jobId !== this.#madeJob) {
          this.#madeJob = event.jobId
          this.#madeBatch = this.#positions.length - 1
        }
        break
      case 'job.succeeded':
        this.#change('succeeded', event.jobId, event)
        break
      case 'job.failed': {
        const { error, willRetry } = event
        const ended = error.code === 'cancelled' ? 'cancelled' : 'failed'
        this.#change(willRetry ? 'retrying' : ended, event.jobId, event, this.reasons.numberOf(error))
        break
      }
      case 'job.skipped': {
        const { reason } = event
        const message = reason.type === 'upstream' ? `${producerOf(reason.jobId)} ${reason.state}` : ''
        this.#change('skipped', event.jobId, event, this.reasons.numberOf({ code: reason.type, message }))
        break
      }
      case 'job.submitted':
        this.#change('submitted', event.jobId, { timestamp: event.timestamp, attempt: event.attempt })
        break
      case 'artifact.pinned':
        this.#change(event.isEdited ? 'edited' : 'pinned', jobOfArtifact(event.artifactId), event)
        break
      case 'artifact.unpinned':
        this.#change('unpinned', jobOfArtifact(event.artifactId), event)
        break
      case 'artifact.removed':
        this.#change('removed', jobOfArtifact(event.artifactId), event)
        break
      case 'run.finished': {
        const run = this.runs.at(-1)
        if (run) run.finished = { ...event, atMs: this.#ms(event.timestamp), change: this.length }
        break
      }
      case 'limit.adjusted':
        this.limits.push({ ...event, atMs: this.#ms(event.timestamp), change: this.length })
        break
      default:
        break
    }
  }

  #change(
    change: JobChange,
    id: JobId,
    facts: {
      readonly timestamp: string
      readonly attempt?: number
      readonly durationMs?: number
      readonly costUsd?: number
      readonly uncertainCostUsd?: number
    },
    reason = 0,
  ): void {
    const job = this.jobs.numberOf(id)
    const batch = id === this.#madeJob ? this.#madeBatch : this.#positions.length - 1
    this.#madeJob = undefined
    this.#before.set(this.length, this.#lastOfJob.get(job))
    this.#lastOfJob.set(job, this.length + 1)
    this.#job.push(job)
    this.#atMs.push(this.#ms(facts.timestamp))
    this.#durationMs.push(facts.durationMs ?? 0)
    this.#costUsd.push(facts.costUsd ?? 0)
    this.#uncertainCostUsd.push(facts.uncertainCostUsd ?? 0)
    this.#attempt.push(facts.attempt ?? 0)
    this.#reason.push(reason)
    this.#batch.push(batch)
    this.#kind.push(changeNumber(change))
  }

  /** The events of one append have the same time, so the last one is remembered. */
  #ms(timestamp: string): number {
    if (timestamp !== this.#timestamp) {
      this.#timestamp = timestamp
      this.#timestampMs = Date.parse(timestamp)
    }
    return this.#timestampMs
  }
}
