import { Admission } from '../../coordinator/limits/admission.js'
import { RunAdmission } from '../../coordinator/limits/run-admission.js'
import { readMovie } from '../../coordinator/state/open-movie.js'
import { seededRandom } from '../../model/seeded-random.js'
import { previewRun } from '../../plan/preview.js'
import { type Rehearsal, rehearseRun } from '../../rehearsal/rehearse-run.js'
import { createRehearsal, ForeseenVerdicts } from '../../rehearsal/stand-ins.js'
import { checkBudget } from '../config/check-budget.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { attemptModels, needsRecord } from '../estimate/attempt-models.js'
import { estimateJobs } from '../estimate/estimate-run.js'
import { recordedDurations } from '../estimate/recorded-durations.js'
import { RecordedUse } from '../estimate/recorded-use.js'
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
  const prepared = ready ?? (await preparePlan(parts, request))
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
  const verdicts = foresee(prepared, request, movie)
  const ofRun = new RunAdmission(terms, admission, {
    weight: 1,
    wake: () => {},
    outageWaitMs: request.outageWaitMs,
  })
  const run = createRehearsal(plan, movie, runOptions(parts, request, prepared), ofRun, verdicts)
  return await rehearseRun(run, { models, random: seededRandom('rehearsal'), signal: request.signal })
}

function foresee(
  { plan, settingsOf, isRegenerated, subset }: PreparedPlan,
  { upToLayer }: RehearseRequest,
  movie: Parameters<typeof previewRun>[1],
): ForeseenVerdicts {
  const verdicts = new ForeseenVerdicts(plan.geometry.jobSlots)
  const onVerdict = (job: number, verdict: Parameters<ForeseenVerdicts['note']>[1]) =>
    verdicts.note(job, verdict)
  previewRun(plan, movie, { settingsOf, isRegenerated, upToLayer, subset, onVerdict })
  return verdicts
}
