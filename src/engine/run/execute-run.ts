import { Coordinator } from '../../coordinator/coordinator.js'
import { createRun } from '../../coordinator/create-run.js'
import { RunAdmission } from '../../coordinator/limits/run-admission.js'
import type { LiveRun } from '../../coordinator/live-run.js'
import type { StartRun as FirstMessage } from '../../coordinator/message.js'
import { openMovie } from '../../coordinator/state/open-movie.js'
import type { TargetTerms } from '../../coordinator/target-terms.js'
import { isShowrunnerError } from '../../model/error/error.js'
import type { MovieId, RunId } from '../../model/id.js'
import type { JobTemplate } from '../../model/job.js'
import { moveElementsOnce } from '../../model/movie/moves/move-elements.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { roundCost } from '../../model/provider/price.js'
import { claimMovie } from '../../storage/lease/claim-movie.js'
import { newHolder } from '../../storage/lease/lease.js'
import type { LogWriter } from '../../storage/store.js'
import { RunTelemetry } from '../../telemetry/run-telemetry.js'
import type { Executor } from '../../workers/executor.js'
import { checkBudget } from '../config/check-budget.js'
import type { RunRequest } from '../config/requests.js'
import { followElements } from '../elements/follow-elements.js'
import type { EngineParts } from '../engine-parts.js'
import { requireDistributable } from '../fleet/require-distributable.js'
import { type PinnedRequest, recordedRequest } from '../operations/regenerate.js'
import { checkRegeneration } from '../planning/check-regeneration.js'
import { preparePlan } from '../planning/prepare-plan.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { jobTemplates, templateByJob } from '../provider/job-templates.js'
import { admissionTerms } from '../terms/admission-terms.js'
import { costsOf, resultOfRun } from './end/result-of-run.js'
import { saveManifest } from './end/save-manifest.js'
import { newRunId } from './new-run-id.js'
import { prepareThreads } from './prepare-threads.js'
import { producerCalls } from './producer-calls.js'
import { RunBudgets } from './run-budgets.js'
import type { RunStart } from './run-events.js'
import { runOptions } from './run-options.js'
import { saveRunRecord } from './run-record.js'
import { RunReporter, type RunTelling } from './run-reporter.js'
import { type CancelReason, type RunResult, recordedEnd } from './run-result.js'
import { withSeenCosts } from './seen-costs.js'

/**
 * The life of a run: plan → lease → manifest and log tail → `run.started` → jobs → manifest → `run.finished`.
 * @param cancelled aborted with a {@link CancelReason}
 * @throws ShowrunnerError when the run cannot be carried out
 */
export async function executeRun(
  parts: EngineParts,
  request: RunRequest,
  telling: RunTelling,
  cancelled: AbortSignal,
  whenRunning: (coordinator: Coordinator, movie: MovieId) => void,
): Promise<RunResult> {
  const startedAtMs = parts.clock.monotonicMs()
  const prepared = await preparePlan(parts, request)
  const budgets = new RunBudgets(request)
  const execution = await parts.execution.get()
  const terms = admissionTerms(prepared, execution.admission, budgets)
  checkBudget(prepared, terms, budgets)
  if (parts.fleet !== undefined) requireDistributable(prepared)
  else
    void prepareThreads(parts.store, execution.executor, prepared, request.concurrency ?? parts.concurrency)
  const holder = newHolder()
  let coordinator: Coordinator | undefined
  let admission: RunAdmission | undefined
  let telemetry: RunTelemetry | undefined
  const onLost = (error: unknown) => coordinator?.abandon(error)
  const claim = { holder, onLost, takeover: request.takeover ?? false }
  const lease = await claimMovie(parts.store, prepared.movieId, claim, request.waitMs, cancelled)
  try {
    await checkRegeneration(parts.store, prepared)
    const opened = await openMovie(parts.store, prepared.movieId, prepared.plan.createSlots(), holder)
    try {
      const runId = newRunId(parts.clock)
      const { moved, movesInList } = await followElements(parts.store, prepared, opened.movie)
      if (moved !== undefined) moveElementsOnce(opened.movie, moved, runId)
      prepared.regenerate.select(opened.movie)
      budgets.begin(prepared.plan, opened.movie)
      admission = new RunAdmission(withSeenCosts(terms, prepared.plan, opened.movie), execution.admission, {
        weight: request.priority ?? 1,
        wake: () => coordinator?.wake(),
        outageWaitMs: request.outageWaitMs,
        freePlaces: () => coordinator?.freePlaces ?? 0,
      })
      const options = { ...runOptions(parts, request, prepared), movesInList }
      const live = createRun(prepared.plan, opened.movie, options, admission)
      await saveRunRecord(parts.store, prepared, runId)
      const reporter = new RunReporter(telling, live, { startedAtMs, budgets })
      const pinned = prepared.regenerate.pinned(opened.movie)
      const templates = jobTemplates(prepared, prepared.movieId, parts.cache)
      if (parts.isTraced)
        telemetry = await RunTelemetry.open(
          { movieId: prepared.movieId, runId },
          producerCalls(templates, options.services),
          () => live.state.admission.limiterProgress(),
        )
      coordinator = createCoordinator(parts, prepared, {
        executor: parts.fleet ?? execution.executor,
        concurrency: request.concurrency ?? parts.concurrency,
        runId,
        live,
        templates,
        writer: opened.writer,
        reporter,
        telemetry,
        regenerate: recordedRequest(prepared.regenerate, pinned),
        moved,
      })
      const before = costsOf(opened.movie)
      const blobs = parts.store.blobs(prepared.movieId)
      telling.feed.begin({
        plan: prepared.plan,
        movie: opened.movie,
        statuses: live.state.statuses,
        readBlob: blob => blobs.readStream(blob),
      })
      const start = startOf(prepared, runId, { terms, budgets, movie: opened.movie, pinned })
      telling.emitter.emit('started', start)
      whenRunning(coordinator, prepared.movieId)
      const status = await coordinator.run()
      const mustSave = coordinator.hasChanged || opened.isAheadOfManifest || !opened.manifest
      const manifest = mustSave
        ? await saveManifest(parts.store, prepared.movieId, parts.clock.timestamp(), opened, prepared.plan)
        : opened.manifest!
      const result = resultOfRun({
        prepared,
        runId,
        live,
        status,
        cancelReason: cancelled.reason as CancelReason,
        revision: manifest.header.revision,
        durationMs: parts.clock.monotonicMs() - startedAtMs,
        before,
        reporter,
        budgets,
        pinned,
      })
      await coordinator.finish(recordedEnd(result))
      telemetry?.end(status)
      return result
    } catch (error) {
      telemetry?.end(isShowrunnerError(error) ? error.code : 'error')
      throw error
    } finally {
      admission?.close()
      // The result is in the log. That `writer.closed` cannot be written is no failure of the run.
      await opened.writer.close().catch(() => undefined)
    }
  } finally {
    await lease.release()
  }
}

interface Started extends Pick<FirstMessage, 'regenerate' | 'moved'> {
  readonly executor: Executor
  readonly concurrency: number
  readonly runId: RunId
  readonly live: LiveRun
  readonly templates: readonly JobTemplate[]
  readonly writer: LogWriter
  readonly reporter: RunReporter
  readonly telemetry: RunTelemetry | undefined
}

function createCoordinator(parts: EngineParts, prepared: PreparedPlan, started: Started): Coordinator {
  const { store, cache, clock, random } = parts
  const { movieId, inlineProviders, baseFolder } = prepared
  const { executor, runId, live, templates, writer, reporter, telemetry, regenerate, moved } = started
  const blobs = store.blobs(movieId)
  const coordinator: Coordinator = new Coordinator({
    runId,
    run: live,
    writer: telemetry?.timed(writer) ?? writer,
    clock,
    random,
    templates,
    templateFor: templateByJob(templates),
    readBlob: blob => blobs.read(blob),
    openExecutor: (onMessages, onPlaces) => {
      const jobs = executor.openRun({
        address: { run: runId, token: writer.token },
        movieId,
        baseFolder,
        store,
        inlineProviders,
        cache,
        onMessages,
        onPlaces,
        onBroken: error => coordinator.abandon(error),
        wantedPlaces: started.concurrency,
      })
      reporter.hosts = jobs.hosts && (() => jobs.hosts!())
      return telemetry?.traced(jobs) ?? jobs
    },
    regenerate,
    moved,
    listener: telemetry?.listening(reporter) ?? reporter,
  })
  return coordinator
}

interface Beginning {
  readonly pinned: PinnedRequest
  readonly terms: readonly TargetTerms[]
  readonly budgets: RunBudgets
  readonly movie: MovieState
}

function startOf(
  { plan, movieId }: PreparedPlan,
  runId: RunId,
  { terms, budgets, movie, pinned }: Beginning,
): RunStart {
  const counted = plan.families.filter(({ index }) => terms[index]!.isFreeUnlessSaid)
  const unpriced = counted.filter(({ index }) => terms[index]!.budgets.length > 0)
  return {
    movieId,
    runId,
    movieCostUsd: roundCost(movie.costUsd),
    budgets: budgets.progress(),
    unpriced: [...new Set(unpriced.map(({ producer }) => producer.provider))],
    pinned: pinned.artifacts,
  }
}
