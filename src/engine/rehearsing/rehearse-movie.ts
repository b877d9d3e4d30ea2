import type { AttemptModel } from '../../rehearsal/attempt-model.js'
import type { Rehearsal, RehearsalSums, RehearsedRun } from '../../rehearsal/rehearsal.js'
import { checkBudget } from '../config/check-budget.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { attemptModels, needsRecord } from '../estimate/attempt-models.js'
import { estimateJobs } from '../estimate/estimate-run.js'
import { recordedDurations } from '../estimate/recorded-durations.js'
import { RecordedUse } from '../estimate/recorded-use.js'
import { preparePlan } from '../planning/prepare-plan.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { type PlannedMovie, readPlannedMovie } from '../planning/read-planned-movie.js'
import { RunBudgets } from '../run/run-budgets.js'
import { plannedTerms } from '../terms/planned-terms.js'
import { type ForeseenRun, foreseeRun } from './foresee-run.js'
import { type ListLengths, playRun } from './play-run.js'
import type { ReadyToRehearse } from './ready-to-rehearse.js'

/** Jobs of a run that are played with the most elements that lists may have: some seconds. */
const MOST_JOBS_PLAYED = 2_000_000

const NO_RECORD: ReadonlyMap<string, readonly number[]> = new Map()

/**
 * Plays the run that this request asks for on a virtual clock; where jobs make lists, also with the fewest and the
 * most elements. Reads the movie, and writes nothing.
 * @throws ShowrunnerError like a plan; `USAGE_INVALID` for a provider whose latency nobody knows
 */
export async function rehearseMovie(
  parts: EngineParts,
  request: RehearseRequest,
  ready?: ReadyToRehearse,
): Promise<Rehearsal> {
  // A plan that grows belongs to one run, or one preview of one.
  const prepared =
    ready === undefined || ready.prepared.plan.geometry.canGrow
      ? await preparePlan(parts, request)
      : ready.prepared
  const foreseen = await foreseeRun(parts, request, prepared, await readSelected(parts, prepared))
  const models = await modelsOf(parts, request, foreseen)
  const { canGrow } = prepared.plan.geometry
  const play = async (lengths: ListLengths) => {
    const own = canGrow ? await preparePlan(parts, request) : prepared
    const { movie, movesInList } = canGrow
      ? await readSelected(parts, own)
      : { movie: foreseen.movie, movesInList: undefined }
    return await playRun(parts, request, { prepared: own, movie, movesInList, foreseen, models, lengths })
  }
  const { waiting = 0 } = foreseen.preview.counts
  const expected = { ...(await play('expected')), ...(waiting > 0 && { waiting }) }
  const { counts, unknownJobs } = foreseen.preview
  if (unknownJobs.length === 0) return expected
  const mostCount = unknownJobs.reduce((sum, { max }) => sum + max, counts.run)
  const isPlayed = mostCount <= (ready?.mostJobs ?? MOST_JOBS_PLAYED)
  return {
    ...expected,
    least: boundOf(await play('least')),
    ...(isPlayed && { most: boundOf(await play('most')) }),
  }
}

async function readSelected({ store }: EngineParts, prepared: PreparedPlan): Promise<PlannedMovie> {
  const planned = await readPlannedMovie(store, prepared)
  prepared.regenerate.select(planned.movie)
  return planned
}

const boundOf = ({ durationMs, counts, stopReason, costUsd }: RehearsedRun): RehearsalSums => ({
  durationMs,
  counts,
  stopReason,
  costUsd,
})

/** How long the attempts of each family take, and what they cost. */
async function modelsOf(
  parts: EngineParts,
  request: RehearseRequest,
  { prepared, movie }: ForeseenRun,
): Promise<AttemptModel[]> {
  const { plan, movieId, bindings, settingsOf, until } = prepared
  const budgets = new RunBudgets(request)
  const terms = plannedTerms(prepared, budgets)
  checkBudget(prepared, terms, budgets)
  const sources = { bindings, until, given: request.latencyMs ?? {} }
  const isRecordNeeded = needsRecord(plan, sources)
  const recorded = isRecordNeeded ? await recordedDurations(parts.store, movieId) : NO_RECORD
  const models = attemptModels(plan, { ...sources, recorded })
  const used = await RecordedUse.read(parts.store, movieId)
  const estimates = estimateJobs(plan, movie, { terms, settingsOf, recorded: used })
  return models.map((model, at) => ({
    ...model,
    // Nothing is made, so nobody counts tokens or images: what is known of other jobs stands in for it.
    costUsd: model.costUsd ?? estimates[at]!.costUsd,
  }))
}
