import { roundCost } from '../../model/provider/price.js'
import { JOB_STATES, type JobState } from '../history/jobs/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { FailureData, LiveData, ProducerData, StateCounts } from '../page-data.js'
import type { JobOrder } from './job-order.js'

/** Groups of failures that are told; a filter finds the others. */
const FAILURES_SHOWN = 200
const STATE_COUNT = JOB_STATES.length
const LEFT: readonly JobState[] = ['open', 'submitted', 'retrying', 'cancelled']
const SUCCEEDED = JOB_STATES.indexOf('succeeded')
const SKIPPED = JOB_STATES.indexOf('skipped')
const OF_FAILURE = JOB_STATES.map(state => ['failed', 'retrying', 'cancelled'].includes(state))

interface Failure {
  readonly reason: number
  readonly state: JobState
  readonly producers: Set<string>
  count: number
}

/** The jobs of a moment, counted by producer, state and reason in one pass. */
export class JobTally {
  readonly #moment: MovieMoment
  readonly #counts: Uint32Array
  readonly #costs: Float64Array
  #doneCount = 0
  readonly #failures = new Map<number, Failure>()

  constructor(moment: MovieMoment, order: JobOrder) {
    this.#moment = moment
    const { history } = moment
    const { producers } = history.jobs
    this.#counts = new Uint32Array(producers.length * STATE_COUNT)
    this.#costs = new Float64Array(producers.length)
    for (let place = 0; place < order.count; place++) {
      const job = order.jobAt(place)
      const producer = history.jobs.producerAt(job)
      const state = moment.stateOf(job)
      this.#counts[producer * STATE_COUNT + state]!++
      this.#costs[producer]! += moment.costOf(job)
      if (OF_FAILURE[state]) this.#failed(job, producer, state)
      else if (state === SUCCEEDED || (state === SKIPPED && this.#isMeant(job))) this.#doneCount++
    }
  }

  get states(): StateCounts {
    return this.#states(0, this.#moment.history.jobs.producers.length)
  }

  get total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0)
  }

  /** Jobs that are made, or that their condition has left out. */
  get doneCount(): number {
    return this.#doneCount
  }

  /** Jobs that have not ended. */
  get leftCount(): number {
    const { states } = this
    return LEFT.reduce((sum, state) => sum + states[state], 0)
  }

  /** In the order of the plan; those that it has not come last. */
  producers(live: LiveData | undefined): ProducerData[] {
    const { history, run } = this.#moment
    const planned = new Map(run?.plan?.producers.map(producer => [producer.name, producer]))
    const names = [...planned.keys(), ...history.jobs.producers.filter(name => !planned.has(name))]
    const active = new Map(live?.producers?.map(({ producer, active: count }) => [producer, count]))
    return names.flatMap(name => {
      const at = history.jobs.producers.indexOf(name)
      const states = this.#states(at, at === -1 ? at : at + 1)
      const total = Object.values(states).reduce((sum, count) => sum + count, 0)
      const plan = planned.get(name)
      if (plan === undefined && total === 0) return []
      const { jobCount: _, ...facts } = plan ?? { name, loops: [], outputs: [], reads: [], jobCount: 0 }
      const activeCount = active.get(name)
      return [
        {
          ...facts,
          total,
          states,
          costUsd: roundCost(this.#costs[at] ?? 0),
          ...(activeCount !== undefined && { active: activeCount }),
        },
      ]
    })
  }

  /** Largest first. */
  failures(): FailureData[] {
    return [...this.#failures.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, FAILURES_SHOWN)
      .map(({ producers, ...failure }) => ({
        ...failure,
        ...(this.#moment.history.reasons.at(failure.reason) ?? { code: 'bug', message: '' }),
        producers: [...producers],
      }))
  }

  #isMeant(job: number): boolean {
    const { history } = this.#moment
    return history.reasons.at(history.reasonAt(this.#moment.lastChangeOf(job)))?.code === 'condition'
  }

  #failed(job: number, producer: number, state: number): void {
    const { history } = this.#moment
    const reason = history.reasonAt(this.#moment.lastChangeOf(job))
    const key = reason * STATE_COUNT + state
    const name = history.jobs.producers[producer]!
    const known = this.#failures.get(key)
    if (known === undefined) {
      this.#failures.set(key, { reason, state: JOB_STATES[state]!, producers: new Set([name]), count: 1 })
      return
    }
    known.count++
    known.producers.add(name)
  }

  #states(from: number, to: number): StateCounts {
    const sum = new Array<number>(STATE_COUNT).fill(0)
    for (let producer = Math.max(0, from); producer < to; producer++)
      for (let state = 0; state < STATE_COUNT; state++)
        sum[state]! += this.#counts[producer * STATE_COUNT + state]!
    return Object.fromEntries(JOB_STATES.map((state, at) => [state, sum[at]!])) as Record<JobState, number>
  }
}
