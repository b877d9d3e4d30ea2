import { Admission } from '../../coordinator/limits/admission.js'
import { RunAdmission } from '../../coordinator/limits/run-admission.js'
import { readMovie } from '../../coordinator/state/open-movie.js'
import type { JsonValue } from '../../model/json.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { seededRandom } from '../../model/seeded-random.js'
import type { MadeList } from '../../plan/growth/list-growth.js'
import { previewRun } from '../../plan/preview-run.js'
import type { Verdict } from '../../plan/up-to-date/verdict.js'
import { createRehearsal, ForeseenVerdicts } from '../../rehearsal/create-rehearsal.js'
import { type Rehearsal, rehearseRun } from '../../rehearsal/rehearse-run.js'
import { checkBudget } from '../config/check-budget.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { attemptModels, needsRecord } from '../estimate/attempt-models.js'
import { estimateJobs } from '../estimate/estimate-run.js'
import { recordedDurations } from '../estimate/recorded-durations.js'
import { RecordedUse } from '../estimate/recorded-use.js'
import { loadLists } from '../planning/load-lists.js'
import { preparePlan } from '../planning/prepare-plan.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { admissionTerms } from '../provider/admission-terms.js'
import { RunBudgets } from '../run/run-budgets.js'
import { runOptions } from '../run/run-options.js'

const NO_RECORD: ReadonlyMap<string, readonly number[]> = new Map()

/**
 * Plays the run that this request asks for on a virtual clock. Reads the movie, and writes nothing.
 * @param ready the plan of the request, where it has been prepared before
 * @throws ShowrunnerError like a plan; `USAGE_INVALID` for a provider whose latency nobody knows
 */
export async function rehearseMovie(
  parts: EngineParts,
  request: RehearseRequest,
  ready?: PreparedPlan,
): Promise<Rehearsal> {
  // A plan that grows belongs to one run, or one preview of one.
  const prepared =
    ready === undefined || ready.plan.geometry.canGrow ? await preparePlan(parts, request) : ready
  const { movieId, plan, bindings } = prepared
  // Of its own: what the engine has learned so far, and runs that are in progress, are not part of it.
  const admission = new Admission(Number.POSITIVE_INFINITY)
  const budgets = new RunBudgets(request)
  const terms = admissionTerms(prepared, admission, budgets)
  checkBudget(plan, terms, budgets)
  const sources = { bindings, given: request.latencyMs ?? {} }
  const isRecordNeeded = needsRecord(plan, sources)
  const recorded = isRecordNeeded ? await recordedDurations(parts.store, movieId) : NO_RECORD
  const { movie } = await readMovie(parts.store, movieId, plan.createSlots())
  prepared.regenerate.select(movie)
  const used = await RecordedUse.read(parts.store, movieId)
  const estimates = estimateJobs(plan, movie, { terms, settingsOf: prepared.settingsOf, recorded: used })
  const models = attemptModels(plan, { ...sources, recorded }).map((model, at) => ({
    ...model,
    // Nothing is made, so nobody counts tokens or images: what is known of other jobs stands in for it.
    costUsd: model.costUsd ?? estimates[at]!.costUsd,
  }))
  budgets.begin(plan, movie)
  movie.costUsd = 0
  const loaded = await loadLists(parts.store, movieId, plan, movie)
  const verdicts = await foresee(parts, request, { prepared, movie, loaded })
  const ofRun = new RunAdmission(terms, admission, {
    weight: 1,
    wake: () => {},
    outageWaitMs: request.outageWaitMs,
  })
  const expectedLength = ({ loop, parents }: MadeList) => {
    const last = movie.expansions.get(expansionKey(loop.name, plan.growth.namesOf(loop.name, parents)))
    return last?.count ?? last?.keys?.length ?? loop.expect ?? loop.max ?? 0
  }
  const options = { ...runOptions(parts, request, prepared), expectedLength }
  const run = createRehearsal(plan, movie, options, ofRun, verdicts)
  for (const [blobHash, value] of loaded) run.state.loaded.add({ blobHash, value, sizeBytes: 0 })
  return await rehearseRun(run, { models, random: seededRandom('rehearsal'), signal: request.signal })
}

interface Ready {
  readonly prepared: PreparedPlan
  readonly movie: MovieState
  readonly loaded: ReadonlyMap<string, JsonValue>
}

async function foresee(
  parts: EngineParts,
  request: RehearseRequest,
  ready: Ready,
): Promise<ForeseenVerdicts> {
  const { canGrow } = ready.prepared.plan.geometry
  const { loaded } = ready
  const { plan, movieId, settingsOf, isRegenerated, subset, regenerate } = canGrow
    ? await preparePlan(parts, request)
    : ready.prepared
  const movie = canGrow ? (await readMovie(parts.store, movieId, plan.createSlots())).movie : ready.movie
  if (canGrow) regenerate.select(movie)
  const { upToLayer } = request
  const verdicts = new ForeseenVerdicts(plan.geometry.jobSlots)
  const onVerdict = (job: number, verdict: Verdict) => verdicts.note(job, verdict, movie.slots)
  previewRun(plan, movie, { settingsOf, isRegenerated, upToLayer, subset, loaded, onVerdict })
  return verdicts
}
