import type { RunPlan } from '../../engine/movie/run-plan.js'
import { type ElementMoves, type JobId, producerOf, type RunId } from '../../model/id.js'
import type { LoggedEvent, MovieEvent } from '../../model/movie/event.js'
import { LOG_START, type LogPosition } from '../../model/movie/log-position.js'
import { ChangeColumns } from './change-columns.js'
import { changeNumber, type JobChange } from './jobs/job-change.js'
import { JobNumbers } from './jobs/job-numbers.js'
import { jobOfArtifact } from './jobs/job-of-artifact.js'
import type { LogPart } from './log-part.js'
import { LoopTrials } from './loop-trials.js'
import { MovesInTime } from './moves-in-time.js'
import { Reasons } from './reasons.js'
import type { RecordedLimit, RecordedRun } from './recorded-run.js'
import { ReviewCounts } from './review-counts.js'

/** The log of a movie as far as jobs are concerned; what a change says besides is read from the log again. */
export class MovieHistory extends ChangeColumns {
  readonly jobs = new JobNumbers()
  readonly reasons = new Reasons()
  readonly runs: RecordedRun[] = []
  readonly limits: RecordedLimit[] = []
  readonly reviews = new ReviewCounts()
  readonly trials = new LoopTrials()
  readonly moves = new MovesInTime()
  /** Where each batch of the log begins. */
  readonly #positions: LogPosition[] = [LOG_START]
  readonly #planOf: (runId: RunId) => Promise<RunPlan | undefined>
  #listCount = 0
  #seq = 0
  /** Of the line that is being taken. */
  #lineSeq = 0
  #timestamp = ''
  #timestampMs = 0

  constructor(planOf: (runId: RunId) => Promise<RunPlan | undefined>) {
    super()
    this.#planOf = planOf
  }

  /** Lists that jobs have made for loops. */
  get listCount(): number {
    return this.#listCount
  }

  /** Events of the log that are in it. */
  get seq(): number {
    return this.#seq
  }

  /** Batches of the log that are read. */
  get batchCount(): number {
    return this.#positions.length - 1
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

  /** Changes of a job, newest first, of those before `to`, whatever it was called then. */
  *changesOf(job: number, to: number): Generator<number, void, undefined> {
    for (const span of this.moves.spansOf(job, to)) yield* this.changesIn(span.job, span.from, span.to)
  }

  /** Takes the next batch of the log. */
  async take({ events, position }: LogPart): Promise<void> {
    for (const logged of events) {
      this.#lineSeq = logged.seq
      if (logged.event.type === 'run.started') await this.#runStarted(logged.event)
      else this.#event(logged)
    }
    this.#positions.push(position)
    this.#seq = position.seq
  }

  async #runStarted(event: MovieEvent & { type: 'run.started' }): Promise<void> {
    const { runId, concurrency, timestamp, moved } = event
    const plan = await this.#planOf(runId)
    if (plan) this.jobs.plan(plan)
    this.#moved(moved)
    const startedAtMs = this.#ms(timestamp)
    this.runs.push({ runId, concurrency, startedAtMs, firstChange: this.length, plan })
  }

  /** Reads the plan of the last run again when lists have changed that it knew. */
  async refresh(): Promise<void> {
    const run = this.runs.at(-1)
    if (!run?.isStale) return
    run.isStale = false
    run.plan = (await this.#planOf(run.runId)) ?? run.plan
  }

  #event({ event }: LoggedEvent): void {
    switch (event.type) {
      case 'review.requested':
      case 'review.withdrawn':
      case 'artifact':
        this.reviews.take(event, this.length)
        break
      case 'artifact.reviewed':
        this.#change(event.verdict, jobOfArtifact(event.artifactId), event)
        this.reviews.take(event, this.length)
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
        this.reviews.take(event, this.length)
        break
      case 'regenerate.requested':
        for (const job of event.jobs ?? []) this.#change('asked', job, event)
        for (const producer of event.producers ?? [])
          this.#askedForAll(producer, new Set(event.except), event)
        break
      case 'run.finished': {
        const run = this.runs.at(-1)
        if (run) run.finished = { ...event, atMs: this.#ms(event.timestamp), change: this.length }
        break
      }
      case 'loop.expanded': {
        this.#listCount++
        this.trials.take(event)
        this.#moved(event.moved)
        const run = this.runs.at(-1)
        if (run?.plan?.grow(event) === false) run.isStale = true
        break
      }
      case 'limit.adjusted':
        this.limits.push({ ...event, atMs: this.#ms(event.timestamp), change: this.length })
        break
      default:
        break
    }
  }

  #moved(moves: ElementMoves | undefined): void {
    if (moves === undefined) return
    this.moves.add(moves, this.length, id => this.jobs.numberOf(id))
    this.reviews.move(moves.artifacts, this.length)
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
    this.add({
      job,
      kind: changeNumber(change),
      atMs: this.#ms(facts.timestamp),
      durationMs: facts.durationMs ?? 0,
      costUsd: facts.costUsd ?? 0,
      uncertainCostUsd: facts.uncertainCostUsd ?? 0,
      attempt: facts.attempt ?? 0,
      reason,
      seq: this.#lineSeq,
    })
  }

  /** All jobs of a producer that were made, or have failed. */
  #askedForAll(
    producer: string,
    except: ReadonlySet<JobId>,
    { timestamp }: { readonly timestamp: string },
  ): void {
    const { jobs } = this
    const number = jobs.producerNumber(producer)
    for (let job = 0; job < jobs.count; job++) {
      if (jobs.producerAt(job) !== number || !this.#hasChanges(job)) continue
      const id = jobs.idAt(job)
      if (!except.has(id)) this.#change('asked', id, { timestamp })
    }
  }

  #hasChanges(job: number): boolean {
    return this.changesOf(job, this.length).next().done === false
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
