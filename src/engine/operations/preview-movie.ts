import { type ReviewTally, reviewTally } from '../../coordinator/review/review-tally.js'
import { isShowrunnerError } from '../../model/error/error.js'
import type { ArtifactId, JobId, MovieId } from '../../model/id.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import { findJob, unknownJob } from '../../plan/find-job.js'
import type { Preview } from '../../plan/preview.js'
import { previewRun } from '../../plan/preview-run.js'
import { partFacts } from '../../plan/subset/part-facts.js'
import type { SubsetFacts } from '../../plan/subset/subset-facts.js'
import type { UntilFacts } from '../../plan/subset/until-facts.js'
import type { Rehearsal, RehearsalSums } from '../../rehearsal/rehearsal.js'
import { ActionGroups } from '../against/action-groups.js'
import { comparePlan } from '../against/compare-plan.js'
import { earlierRun } from '../against/earlier-run.js'
import type { PlanComparison } from '../against/plan-comparison.js'
import { checkBudget } from '../config/check-budget.js'
import type { PlanRequest } from '../config/requests.js'
import { orphanedIn } from '../elements/orphaned-in.js'
import type { EngineParts } from '../engine-parts.js'
import { type BudgetOutlook, budgetOutlook } from '../estimate/budget-outlook.js'
import { estimateRun, type RunEstimate } from '../estimate/estimate-run.js'
import { RecordedUse } from '../estimate/recorded-use.js'
import { loadLists } from '../planning/load-lists.js'
import { preparePlan } from '../planning/prepare-plan.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { readPlannedMovie } from '../planning/read-planned-movie.js'
import { changedSettings } from '../provider/changed-settings.js'
import type { ReadyToRehearse } from '../rehearsing/ready-to-rehearse.js'
import { RunBudgets } from '../run/run-budgets.js'
import { plannedTerms } from '../terms/planned-terms.js'

/** Jobs that a plan rehearses to say how long they will take. */
const REHEARSED_JOB_LIMIT = 20_000

/** What `engine.plan()` gives: what would run, why, and what it would cost. */
export interface MoviePreview extends Preview {
  /** The movie's name. */
  readonly movieId: MovieId
  /** The same for equal blueprints and inputs. */
  readonly planHash: string
  /** What the run would probably cost, and at most. */
  readonly estimate: RunEstimate
  /** How the budgets of the request stand before the run, and how far they will go; empty without one. */
  readonly budgets: readonly BudgetOutlook[]
  /** Artifacts that are to be made once more (`regenerate`) and would stay as they are, since they are pinned. */
  readonly pinned: readonly ArtifactId[]
  /** What people have to judge now; absent: nothing. */
  readonly review?: ReviewTally
  /** The producers that a run is to end with, and those that it leaves out; absent: it is to make all. */
  readonly until?: UntilFacts
  /** The elements that a run is to make, when it is not to make all; absent: all. */
  readonly subset?: SubsetFacts
  /** Artifacts that are pinned or edited, and whose element is in no list any more: kept, and applied to nothing. */
  readonly orphaned: readonly ArtifactId[]
  /** With `against`: what differs from that run. Absent when the movie has no run yet. */
  readonly against?: PlanComparison
  /**
   * The job that somebody means: by its id, by an artifact of it, or without `Producer:`.
   * @throws ShowrunnerError `JOB_UNKNOWN` with the nearest job of the plan
   */
  jobId(written: string): JobId
  /** Who has answered a job that is up to date, where several may; undefined where only one may, or nobody has. */
  answeredBy(jobId: JobId): ProviderModel | undefined
  /**
   * Which settings of a job's provider have changed since the job was made, such as `model` or `config.temperature`.
   * Empty when none has, or when the records of the movie's runs do not tell.
   */
  changedSettings(jobId: JobId): Promise<readonly string[]>
}

/** Plays the run of a plan, and says how long it would take. @throws ShowrunnerError `USAGE_INVALID` when nobody knows */
type Rehearse = (ready: ReadyToRehearse) => Promise<Rehearsal>

/** What a run would do, why, and what it would probably take. Reads the movie, and writes nothing. */
export async function previewMovie(
  parts: EngineParts,
  request: PlanRequest,
  rehearse: Rehearse,
): Promise<MoviePreview> {
  const prepared = await preparePlan(parts, request)
  const { movieId, plan, settingsOf, isRegenerated, until, subset } = prepared
  const { movie, movesInList } = await readPlannedMovie(parts.store, prepared)
  prepared.regenerate.select(movie)
  const budgets = new RunBudgets(request)
  const terms = plannedTerms(prepared, budgets)
  checkBudget(prepared, terms, budgets)
  budgets.begin(plan, movie)
  const loaded = await loadLists(parts.store, movieId, plan, movie)
  const { upToLayer, against } = request
  const groups =
    against === undefined
      ? undefined
      : new ActionGroups(plan, movie, (family, job) => subset?.includes(family, job) !== false)
  const preview = previewRun(plan, movie, {
    settingsOf,
    isRegenerated,
    upToLayer,
    until,
    subset,
    loaded,
    movesInList,
    ...(groups && { onAction: groups.note }),
  })
  const { run } = preview.counts
  const isOfServices = plan.families.some(
    ({ index, producer }) =>
      !terms[index]!.isLocal &&
      (preview.rows.some(row => row.producer === producer.name && row.run > 0) ||
        preview.unknownJobs.some(jobs => jobs.producer === producer.name)),
  )
  const recorded = isOfServices ? await RecordedUse.read(parts.store, movieId) : undefined
  const ofLists = preview.unknownJobs.reduce((sum, { expected }) => sum + expected, 0)
  // Of what works on this machine alone, nobody knows how long it takes, unless the config says so.
  const isTimed = isOfServices || prepared.bindings.some(({ provider }) => provider.latencyMs !== undefined)
  const isRehearsed = isTimed && run > 0 && run + ofLists <= REHEARSED_JOB_LIMIT
  const rehearsal = isRehearsed ? await rehearsalOf(prepared, rehearse) : undefined
  const estimate = withDurations(
    estimateRun(plan, movie, preview, { terms, settingsOf, recorded }),
    rehearsal,
  )
  const review = reviewTally({ plan, movie })
  const pinned = prepared.regenerate.pinned(movie).artifacts
  const earlier = groups && (await earlierRun(parts.store, prepared, movie, request))
  const comparison =
    groups && earlier && (await comparePlan(parts.store, prepared, earlier, { groups, estimate }))
  return {
    movieId,
    planHash: plan.hash,
    ...preview,
    ...(comparison && { against: comparison }),
    estimate,
    budgets: budgets.progress().map(budget => budgetOutlook(budget, estimate.producers)),
    pinned,
    ...(review.outputs.length > 0 && { review }),
    ...partFacts(prepared),
    orphaned: orphanedIn(plan, movie),
    jobId: written => {
      const job = findJob(plan, written)
      if (job === -1) throw unknownJob(plan, written, 'job')
      return plan.createSlots().jobIdAt(job)
    },
    answeredBy: jobId => movie.answeredBy.get(movie.slots.jobSlot(jobId)),
    changedSettings: jobId => changedSettings(parts.store, prepared, movie, jobId),
  }
}

/** Undefined where a latency is not known. */
async function rehearsalOf(prepared: PreparedPlan, rehearse: Rehearse): Promise<Rehearsal | undefined> {
  try {
    return await rehearse({ prepared, mostJobs: REHEARSED_JOB_LIMIT })
  } catch (error) {
    if (isShowrunnerError(error) && error.code === 'USAGE_INVALID') return undefined
    throw error
  }
}

function withDurations(estimate: RunEstimate, rehearsal: Rehearsal | undefined): RunEstimate {
  if (rehearsal === undefined) return estimate
  const { durationMs } = rehearsal
  const { least, most } = estimate
  return {
    ...estimate,
    durationMs,
    ...(least && { least: { ...least, ...durationOf(rehearsal.least) } }),
    ...(most && { most: { ...most, ...durationOf(rehearsal.most) } }),
  }
}

const durationOf = (sums: RehearsalSums | undefined) => sums && { durationMs: sums.durationMs }
