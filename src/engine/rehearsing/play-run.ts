import { Admission } from '../../coordinator/limits/admission.js'
import { RunAdmission } from '../../coordinator/limits/run-admission.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { seededRandom } from '../../model/seeded-random.js'
import type { MadeList, TrialProgress } from '../../plan/growth/list-growth.js'
import { likelyCount } from '../../plan/growth/until/likely-count.js'
import type { MovesInList } from '../../plan/identity/moves-in-list.js'
import type { AttemptModel } from '../../rehearsal/attempt-model.js'
import { createRehearsal } from '../../rehearsal/create-rehearsal.js'
import type { RehearsedRun } from '../../rehearsal/rehearsal.js'
import { rehearseRun } from '../../rehearsal/rehearse-run.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { RunBudgets } from '../run/run-budgets.js'
import { runOptions } from '../run/run-options.js'
import { admissionTerms } from '../terms/admission-terms.js'
import type { ForeseenRun } from './foresee-run.js'

/** How long the lists are that jobs would make: as their bounds allow, or as they will probably be. */
export type ListLengths = 'least' | 'expected' | 'most'

export interface Play {
  readonly prepared: PreparedPlan
  readonly movie: MovieState
  readonly movesInList: MovesInList | undefined
  readonly foreseen: ForeseenRun
  /** By family index. */
  readonly models: readonly AttemptModel[]
  readonly lengths: ListLengths
}

/** Plays a run once, on a virtual clock. The plan and the movie are its own. */
export async function playRun(
  parts: EngineParts,
  request: RehearseRequest,
  play: Play,
): Promise<RehearsedRun> {
  const { prepared, movie, movesInList, foreseen, models } = play
  const { plan } = prepared
  // Of its own: what the engine has learned so far, and runs that are in progress, are not part of it.
  const admission = new Admission(Number.POSITIVE_INFINITY)
  const budgets = new RunBudgets(request)
  const terms = admissionTerms(prepared, admission, budgets)
  budgets.begin(plan, movie)
  movie.costUsd = 0
  const limits = new RunAdmission(terms, admission, {
    weight: 1,
    wake: () => {},
    outageWaitMs: request.outageWaitMs,
  })
  const options = {
    ...runOptions(parts, request, prepared),
    movesInList,
    expectedLength: lengthOf(prepared, movie, play.lengths),
    foreseesAccepted: acceptanceOf(prepared, movie, play.lengths),
  }
  const run = createRehearsal(plan, movie, options, limits, foreseen.actions)
  for (const [blobHash, value] of foreseen.loaded) run.state.loaded.add({ blobHash, value, sizeBytes: 0 })
  return await rehearseRun(run, { models, random: seededRandom('rehearsal'), signal: request.signal })
}

/** Spreads what is accepted evenly over as many elements as will be tried. */
function acceptanceOf({ plan }: PreparedPlan, { expansions }: MovieState, lengths: ListLengths) {
  return (trial: TrialProgress): boolean => {
    const { loop, parents, wanted, settledCount } = trial
    if (lengths === 'least') return true
    const last = expansions.get(expansionKey(loop.name, plan.growth.namesOf(loop.name, parents)))
    const tried = lengths === 'most' ? loop.until.attempts : likelyCount(trial, last)
    const acceptedOf = (count: number) => Math.floor((count * wanted) / tried)
    return acceptedOf(settledCount + 1) > acceptedOf(settledCount)
  }
}

function lengthOf({ plan }: PreparedPlan, { expansions }: MovieState, lengths: ListLengths) {
  return ({ loop, parents }: MadeList): number => {
    const { name, min = 0, max = 0, expect } = loop
    if (lengths === 'least') return min
    if (lengths === 'most') return max
    const last = expansions.get(expansionKey(name, plan.growth.namesOf(name, parents)))
    return last?.count ?? last?.keys?.length ?? expect ?? max
  }
}
