import { type JobId, producerOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import { type ReasonKind, reasonKind } from '../../plan/preview.js'
import type { JobAction } from '../../plan/up-to-date/job-action.js'
import type { RunReason } from '../../plan/up-to-date/planned-action.js'

const EXAMPLES_SHOWN = 5

interface Group {
  readonly reason: ReasonKind
  readonly inputs?: readonly string[]
  readonly after?: string
  jobs: number
  /** Of them, those that have a result. */
  readonly made: number[]
  readonly examples: JobId[]
}

interface FamilyTally {
  readonly groups: Map<string, Group>
  free: number
  same: number
}

/** Counts the actions of a preview by producer and reason. */
export class ActionGroups {
  readonly #plan: Plan
  readonly #movie: MovieState
  readonly #isCounted: (family: Family, job: number) => boolean
  readonly #tallies = new Map<number, FamilyTally>()
  /** Jobs whose result others take: it has moved, and is not made again. */
  readonly #taken = new Set<number>()

  constructor(plan: Plan, movie: MovieState, isCounted: (family: Family, job: number) => boolean) {
    this.#plan = plan
    this.#movie = movie
    this.#isCounted = isCounted
  }

  readonly note = (job: number, action: JobAction): void => {
    const family = this.#plan.familyOf(job)
    if (!this.#isCounted(family, job)) return
    const tally = this.#tallyOf(family)
    if (action.type === 'cached') tally.same++
    else if (action.type === 'reuse') {
      tally.free++
      if (action.of?.job !== undefined) this.#taken.add(action.of.job)
    } else if (action.type === 'run') this.#noteRun(tally, job, action.reason)
  }

  /** What was noted of a producer's jobs. */
  of(family: Family) {
    const { groups, free, same } = this.#tallyOf(family)
    return {
      groups: [...groups.values()].map(({ made, examples, ...group }) => ({
        ...group,
        again: made.filter(job => !this.#taken.has(job)).length,
        examples,
      })),
      free,
      same,
    }
  }

  #tallyOf({ index }: Family): FamilyTally {
    let tally = this.#tallies.get(index)
    if (tally === undefined) {
      tally = { groups: new Map(), free: 0, same: 0 }
      this.#tallies.set(index, tally)
    }
    return tally
  }

  #noteRun(tally: FamilyTally, job: number, reason: RunReason): void {
    const kind = reasonKind(reason)
    const inputs = kind === 'changed' && reason.type === 'changed' ? reason.inputs : undefined
    const after = reason.type === 'upstream' ? producerOf(reason.jobId) : undefined
    const key = `${kind} ${inputs?.join(' ') ?? after ?? ''}`
    let group = tally.groups.get(key)
    if (group === undefined) {
      group = {
        reason: kind,
        ...(inputs && { inputs }),
        ...(after && { after }),
        jobs: 0,
        made: [],
        examples: [],
      }
      tally.groups.set(key, group)
    }
    group.jobs++
    if (this.#movie.inputsHashes.has(job)) group.made.push(job)
    if (group.examples.length < EXAMPLES_SHOWN) group.examples.push(this.#movie.slots.jobIdAt(job))
  }
}
