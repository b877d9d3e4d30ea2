import { createRunWith } from '../coordinator/create-run.js'
import type { LiveRun } from '../coordinator/live-run.js'
import type { RunLimits } from '../coordinator/run-limits.js'
import type { RunOptions } from '../coordinator/run-options.js'
import { SingleFlight } from '../coordinator/schedule/single-flight.js'
import { RunState } from '../coordinator/state/run-state.js'
import type { JobId } from '../model/id.js'
import type { MovieState } from '../model/movie/movie-state.js'
import type { SlotIndex } from '../model/movie/slots.js'
import type { Plan } from '../plan/plan.js'
import type { JobAction, JobJudge } from '../plan/up-to-date/job-action.js'
import { JobResolver } from '../plan/up-to-date/job-resolver.js'
import { Judge } from '../plan/up-to-date/judge.js'
import { MadeBefore } from '../plan/up-to-date/made-before.js'
import type { PlannedAction } from '../plan/up-to-date/planned-action.js'
import type { Resolution } from '../plan/up-to-date/resolved-job.js'

/** A job that takes a result which is there stands as one that has it. */
type Foreseen = Exclude<JobAction, { type: 'reuse' }>

/** What a preview says of each job, in a byte. */
export class ForeseenActions {
  readonly #jobCount: number
  readonly #runs: Uint8Array
  readonly #others = new Map<number, Foreseen>()
  readonly #grown = new Map<JobId, Foreseen>()

  constructor(jobCount: number) {
    this.#jobCount = jobCount
    this.#runs = new Uint8Array(jobCount)
  }

  note(job: number, action: PlannedAction, slots: SlotIndex): void {
    // What lists lead to may become known in another order, and so in other slots.
    if (job >= this.#jobCount) this.#grown.set(slots.jobIdAt(job), action.type === 'reuse' ? CACHED : action)
    else if (action.type === 'run') this.#runs[job] = 1
    else if (action.type === 'skip' || action.type === 'failed') this.#others.set(job, action)
  }

  of(job: number, slots: SlotIndex): Foreseen {
    if (job >= this.#jobCount) return this.#grown.get(slots.jobIdAt(job)) ?? RUN
    if (this.#runs[job] === 1) return RUN
    return this.#others.get(job) ?? CACHED
  }
}

const RUN: Foreseen = { type: 'run', reason: { type: 'missing' } }
const CACHED: Foreseen = { type: 'cached' }

const EMPTY: Resolution = {
  state: 'resolved',
  job: {
    indices: [],
    inputs: {},
    loads: [],
    inputsHash: '',
    absent: [],
    digests: '',
    blobBytes: 0,
    fileCount: 0,
  },
}

/** A run whose jobs are judged as foreseen, but for those that others keep from being made. What they read is not there. */
export function createRehearsal(
  plan: Plan,
  movie: MovieState,
  options: RunOptions,
  limits: RunLimits,
  actions: ForeseenActions,
): LiveRun {
  const state = new RunState(plan, movie, options, limits)
  const { statuses } = state
  const before = new MadeBefore(plan, movie)
  const real = new Judge(
    plan,
    movie,
    statuses,
    new JobResolver(plan, statuses, options.settingsOf),
    options.isRegenerated,
    before,
  )
  const judge: JobJudge = {
    judge(family, job) {
      const blocking = real.blockingJob(family, job)
      return blocking === undefined ? actions.of(job, movie.slots) : { type: 'skip', reason: blocking }
    },
    unread: () => [],
  }
  return createRunWith(state, {
    judge,
    resolver: { resolve: () => EMPTY },
    // Without inputs, nothing says which jobs could share a result.
    flights: new SingleFlight(plan, movie, undefined),
    before: { find: () => undefined, took: () => {} },
  })
}
