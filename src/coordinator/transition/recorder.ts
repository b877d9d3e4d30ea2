import type { JobFailed, JobSubmitted, JobSucceeded, MovieEvent } from '../../model/movie/event.js'
import type { Effect } from '../effect.js'
import { isFault } from '../limits/health/call-report.js'
import type { LiveRun, Turn } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'
import { evolve } from '../state/evolve.js'
import type { Moment } from './moment.js'

/** Gathers what the messages of a turn lead to. Every event is applied as it is recorded: the next decision builds on it. */
export class Recorder implements Turn {
  readonly events: MovieEvent[] = []
  readonly effects: Effect[] = []
  readonly run: LiveRun
  readonly moment: Moment

  constructor(run: LiveRun, moment: Moment) {
    this.run = run
    this.moment = moment
  }

  record(event: MovieEvent): void {
    applyToRun(this.run, event)
    this.events.push(event)
  }

  perform(effect: Effect): void {
    this.effects.push(effect)
  }
}

/** Applies an event that was just decided: to the movie's state, and to what the run alone knows. */
function applyToRun(run: LiveRun, event: MovieEvent): void {
  evolve(run.state.movie, event)
  switch (event.type) {
    case 'job.succeeded':
    case 'job.failed':
    case 'job.submitted':
      applyToJob(run, event)
      break
    // Settles with its action, which is not recorded where it is known.
    case 'job.skipped':
    // Visible with the outcome of its job.
    case 'artifact':
    case 'artifact.pinned':
    case 'artifact.unpinned':
    case 'artifact.removed':
    case 'review.requested':
    case 'review.withdrawn':
    case 'artifact.reviewed':
    case 'regenerate.requested':
    case 'run.started':
    case 'run.finished':
    case 'writer.opened':
    case 'writer.closed':
    case 'limit.adjusted':
    // Its jobs are added by who has decided it.
    case 'loop.expanded':
      break
    default:
      event satisfies never
  }
}

function applyToJob(run: LiveRun, event: JobSucceeded | JobFailed | JobSubmitted): void {
  const { state, settlement } = run
  const active = state.active.get(state.movie.slots.jobSlot(event.jobId))
  if (!active) return
  if (event.type === 'job.submitted') {
    if (active.permit) active.permit.hasSubmitted = true
    state.admission.health.taken(active.target, active.permit?.call)
  } else if (event.type === 'job.succeeded') {
    if (event.reused) state.reusedCount++
    settlement.settle(active.family, active.job, 'succeeded')
  } else applyFailure(run, active, event)
}

function applyFailure(
  { state, settlement }: LiveRun,
  active: ActiveJob,
  { error, willRetry }: JobFailed,
): void {
  const { health } = state.admission
  const atMs = active.failure?.atMs ?? health.nowMs
  if (error.code === 'worker_lost') active.losses++
  else if (error.code === 'rejected') active.rejections++
  else if (error.code === 'rate_limited') {
    active.refusals++
    active.refusedAtMs ??= atMs
  } else {
    active.failures++
    if (isFault(error)) active.faultsAtMs = [...(active.faultsAtMs ?? []), atMs]
  }
  const isEnding = state.halt !== undefined || health.givenUp(active.target) !== undefined
  if (willRetry) active.state = 'backoff'
  else if (error.code === 'cancelled' && isEnding) state.release(active)
  else settlement.settle(active.family, active.job, 'failed')
}
