import type { EventEmitter } from 'eventemitter3'
import type { Start } from '../../coordinator/effect.js'
import type { LiveRun } from '../../coordinator/live-run.js'
import type { RunListener } from '../../coordinator/run-listener.js'
import type { RunState } from '../../coordinator/state/run-state.js'
import type { JobMessage } from '../../model/job.js'
import type { JobFailed, MovieEvent } from '../../model/movie/event.js'
import type { RejectionCount } from '../../model/provider/feedback.js'
import { roundCost } from '../../model/provider/price.js'
import type { HostProgress } from '../../model/run/host-progress.js'
import type { RunCounts } from '../../model/run/run-status.js'
import { AnswerTally } from '../failures/answer-tally.js'
import { FailureGroups } from '../failures/failure-groups.js'
import { jobOfList } from '../failures/job-of-list.js'
import type { OutputFeed } from '../outputs/output-feed.js'
import { layerSpans } from '../run-shape/layer-spans.js'
import { type RunShape, rowsPart, shapeOfPlan } from '../run-shape/run-shape.js'
import type { RunBudgets } from './run-budgets.js'
import type { JobUpdate, ProducerProgress, RunEvents, RunProgress } from './run-events.js'
import type { RunResult } from './run-result.js'

const PROGRESS_INTERVAL_MS = 100
const RATE_WINDOW_MS = 5_000

/** Where a run is told of. */
export interface RunTelling {
  readonly emitter: EventEmitter<RunEvents>
  readonly feed: OutputFeed
}

export interface ReporterOptions {
  readonly startedAtMs: number
  readonly budgets: RunBudgets
}

/** Turns what the coordinator records into the run's events and outputs. */
export class RunReporter implements RunListener {
  readonly #emitter: EventEmitter<RunEvents>
  readonly #feed: OutputFeed
  readonly #live: LiveRun
  readonly #startedAtMs: number
  readonly #budgets: RunBudgets
  readonly #costBefore: number
  readonly #failures = new FailureGroups()
  readonly #services = new AnswerTally()
  #rejections: RejectionCount = { count: 0, costUsd: 0 }
  readonly #shape: RunShape
  /** Undefined: jobs run in this process. */
  hosts: (() => readonly HostProgress[]) | undefined
  #spans: (readonly [number, number])[] | undefined
  #lastProgressMs = Number.NEGATIVE_INFINITY
  #trailing: NodeJS.Timeout | undefined
  /** Settled jobs at past moments, oldest first, for the rate. */
  #samples: { atMs: number; settled: number }[] = []

  constructor({ emitter, feed }: RunTelling, live: LiveRun, { startedAtMs, budgets }: ReporterOptions) {
    this.#emitter = emitter
    this.#feed = feed
    this.#live = live
    this.#startedAtMs = startedAtMs
    this.#budgets = budgets
    this.#costBefore = live.state.movie.costUsd
    this.#shape = shapeOfPlan(live.state.plan)
  }

  /** What most results have nothing to say of. */
  sides(): Pick<RunResult, 'rejections' | 'services' | 'failures'> {
    const failures = this.#failures.list(this.#shape)
    const services = this.#services.list()
    return {
      ...(this.#rejections.count > 0 && { rejections: this.#rejections }),
      ...(services.length > 0 && { services }),
      ...(failures.length > 0 && { failures }),
    }
  }

  recorded(events: readonly MovieEvent[]): void {
    this.#feed.recorded(events)
    for (const event of events) {
      this.#services.recorded(event)
      if (event.type === 'job.failed' && event.rejected !== undefined) this.#reject(event)
      if (event.type === 'job.failed' && !event.willRetry && event.error.code !== 'cancelled')
        this.#failures.add(event.jobId, event.error)
      else if (event.type === 'loop.expanded' && event.error !== undefined)
        this.#failures.add(jobOfList(event), event.error)
    }
    const hasArtifactListener = this.#emitter.listenerCount('artifact') > 0
    const hasJobListener = this.#emitter.listenerCount('job') > 0
    if (!hasArtifactListener && !hasJobListener) return
    for (const event of events) {
      if (event.type === 'artifact') {
        if (hasArtifactListener) this.#emit('artifact', event)
      } else if (hasJobListener) {
        const update = updateOf(event, this.#shape)
        if (update) this.#emit('job', update)
      }
    }
  }

  #reject({ costUsd = 0 }: JobFailed): void {
    const { count, costUsd: before } = this.#rejections
    this.#rejections = { count: count + 1, costUsd: roundCost(before + costUsd) }
  }

  started(starts: readonly Start[]): void {
    if (this.#emitter.listenerCount('job') === 0) return
    for (const { jobId, assignment, reason } of starts)
      this.#emit('job', {
        state: 'started',
        jobId,
        attempt: assignment.attempt,
        reason,
      })
  }

  progressed(message: JobMessage & { type: 'job.progress' | 'job.log' }): void {
    if (this.#emitter.listenerCount('note') === 0) return
    const jobId = this.#live.state.movie.slots.jobIdAt(message.job)
    if (message.type === 'job.log')
      this.#emit('note', { jobId, level: message.level, note: `${message.level}: ${message.message}` })
    else
      this.#emit('note', {
        jobId,
        fraction: message.fraction,
        ...(message.note !== undefined && { note: message.note }),
      })
  }

  turned(): (() => void) | undefined {
    this.#feed.turned()
    if (this.#emitter.listenerCount('progress') === 0) return undefined
    const nowMs = performance.now()
    const waitMs = this.#lastProgressMs + PROGRESS_INTERVAL_MS - nowMs
    if (waitMs > 0 && !this.#live.isDone) {
      // There may be no other turn for long, as when all jobs wait for the same pause.
      this.#trailing ??= setTimeout(() => this.#catchUp(), waitMs).unref()
      return undefined
    }
    const progress = this.#progress(nowMs)
    return () => this.#emit('progress', progress)
  }

  #catchUp(): void {
    this.#trailing = undefined
    if (!this.#live.isDone) this.#emit('progress', this.#progress(performance.now()))
  }

  /**
   * A listener's mistake must cost nothing that is paid for: the run takes no new jobs, records what is
   * running, and ends with the listener's error.
   */
  #emit<Name extends keyof RunEvents>(name: Name, ...[event]: RunEvents[Name]): void {
    try {
      this.#emitter.emit(name, ...([event] as never))
    } catch (error) {
      this.#live.settlement.breakOff(error)
    }
  }

  #producers(): ProducerProgress[] {
    const { plan, tallies, options } = this.#live.state
    this.#spans ??= layerSpans(plan)
    const families = plan.families.filter(family => options.until?.includes(family) !== false)
    return families.map(({ index, producer, size }) => ({
      producer: producer.name,
      provider: producer.provider,
      layers: this.#spans![index]!,
      total: size,
      ...tallies[index]!,
    }))
  }

  #progress(nowMs: number): RunProgress {
    this.#lastProgressMs = nowMs
    clearTimeout(this.#trailing)
    this.#trailing = undefined
    const { state } = this.#live
    const { counts } = state.statuses
    const settled = counts.succeeded + counts.failed
    this.#samples.push({ atMs: nowMs, settled })
    while (this.#samples.length > 2 && nowMs - this.#samples[0]!.atMs > RATE_WINDOW_MS) this.#samples.shift()
    const oldest = this.#samples[0]!
    const windowMs = nowMs - oldest.atMs
    return {
      counts: countsOf(state),
      active: state.active.size,
      total: totalOf(this.#live),
      elapsedMs: nowMs - this.#startedAtMs,
      jobsPerSecond: windowMs > 0 ? ((settled - oldest.settled) / windowMs) * 1_000 : 0,
      producers: this.#producers(),
      limiters: state.admission.limiterProgress(),
      costUsd: roundCost(state.movie.costUsd - this.#costBefore),
      budgets: this.#budgets.progress(),
      ...(state.reviews && { waitingReviews: state.movie.reviews.waitingCount }),
      outages: state.admission.health.outages(),
      rejections: this.#rejections,
      ...(this.hosts && { hosts: this.hosts() }),
    }
  }
}

/** Jobs of the run: with a subset, those of it, and others that are there already. */
function totalOf({ state, schedule }: LiveRun): number {
  const { succeeded, failed, skipped, cached } = state.statuses.counts
  const settled = succeeded + failed + skipped + cached
  const { subset } = state.options
  return subset === undefined ? settled + schedule.unsettledCount : Math.max(subset.jobCount, settled)
}

function countsOf({ statuses }: RunState): RunCounts {
  const { succeeded, failed, skipped, cached } = statuses.counts
  return { succeeded, failed, skipped, cached }
}

/** The same at the end, with the jobs that are left. */
export function finalCountsOf({ state, schedule }: LiveRun): RunCounts {
  const open = schedule.unsettledCount
  return open === 0 ? countsOf(state) : { ...countsOf(state), open }
}

function updateOf(event: MovieEvent, shape: RunShape): JobUpdate | undefined {
  switch (event.type) {
    case 'job.succeeded': {
      const { jobId, attempt, durationMs, costUsd, reused } = event
      const extra = { ...(costUsd !== undefined && { costUsd }), ...(reused && { reused }) }
      return { state: 'succeeded', jobId, attempt, durationMs, ...extra }
    }
    case 'job.failed': {
      const { jobId, attempt, error, costUsd } = event
      const ended = error.code === 'cancelled' ? 'cancelled' : 'failed'
      const extra = costUsd !== undefined && { costUsd }
      const state = event.willRetry ? 'retrying' : ended
      return { state, jobId, attempt, error, ...rowsPart(shape, jobId), ...extra }
    }
    case 'job.skipped':
      return { state: 'skipped', jobId: event.jobId, reason: event.reason }
    default:
      return undefined
  }
}
