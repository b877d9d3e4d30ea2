import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineParts } from '../engine/engine-parts.js'
import { preparePlan } from '../engine/planning/prepare-plan.js'
import { jobTemplates } from '../engine/provider/job-templates.js'
import { RunBudgets } from '../engine/run/run-budgets.js'
import { plannedTerms } from '../engine/terms/planned-terms.js'
import { ShowrunnerError } from '../model/error/error.js'
import type { RunId } from '../model/id.js'
import type { Burst } from './analyse/conclusion.js'
import { capacityOf } from './analyse/knee.js'
import { ClosedLoop } from './measure/closed-loop.js'
import { LevelRunner } from './measure/level-runner.js'
import { LocalMeter } from './measure/local-meter.js'
import { nearestLevel } from './measure/nearest-level.js'
import { assignmentOf, type ProbeJobs, probeJobs } from './measure/probe-jobs.js'
import { rampOf, rampState } from './measure/ramp.js'
import { checkCost, estimateProbe, settledCost } from './probe-cost.js'
import type { ProbeBounds, ProbeOfProducer, ProbeOfProvider, ProbeRequest } from './probe-request.js'
import { PROBE_MAX_CALLS } from './probe-request.js'
import { withOverrides } from './probed-producer.js'
import { describeFailure } from './report/describe-failure.js'
import { empiricalLatency } from './report/latency-file.js'
import { type ProbeReport, reportOf } from './report/probe-report.js'
import { singleProducer } from './single-producer.js'
import { throwawayStore } from './throwaway-store.js'

/** Of a probe, where the user sets no others. */
const PROBE_MAX_CONCURRENCY = 256
const PROBE_MAX_TIME_MS = 120_000

/** An allowance that is spent is given so much time to fill before the burst. */
const REST_MS = 1_000
const REST_MAX_MS = 10_000
/** Calls of the burst, for each that the service seems to hold. */
const BURST = 1.5
const BURST_MORE = 4

/**
 * Calls a provider with more and more calls at once: real calls in the engine's own threads, with no admission in
 * between. Results are thrown away; nothing is written.
 *
 * @throws ShowrunnerError `PROBE_FAILED` when no call succeeds, `BUDGET_UNPRICED`, `USAGE_INVALID`, and what planning
 * throws
 */
export async function runProbe(parts: EngineParts, request: ProbeRequest): Promise<ProbeReport> {
  if ('blueprint' in request) return await measure(parts, request, await planned(parts, request))
  // Without a blueprint nothing is read from a movie, not even from one of the same name.
  await using store = await parts.openStore('memory:')
  const alone = { ...parts, store }
  return await measure(alone, request, await planned(alone, ofProvider(request)))
}

/** Plans as a run does. */
async function planned(parts: EngineParts, request: ProbeOfProducer & ProbeBounds): Promise<ProbeJobs> {
  const { blueprint, inputs, movieId, simulate, producer } = request
  const prepared = await preparePlan(parts, { blueprint, inputs, movieId, simulate }, written =>
    withOverrides(written, request),
  )
  return await probeJobs(parts.store, prepared, producer)
}

function ofProvider(request: ProbeBounds & ProbeOfProvider): ProbeOfProducer & ProbeBounds {
  const { provider: _, with: __, model: ___, outputType: ____, ...bounds } = request
  return { ...bounds, blueprint: singleProducer(request, request.maxCalls ?? PROBE_MAX_CALLS) }
}

async function measure(parts: EngineParts, request: ProbeBounds, work: ProbeJobs): Promise<ProbeReport> {
  const { prepared, family, jobs } = work
  const { inlineProviders, movieId } = prepared
  const { provider, name: producer } = family.producer
  const { maxCalls = PROBE_MAX_CALLS, maxTimeMs = PROBE_MAX_TIME_MS, maxCostUsd } = request
  const { executor } = await parts.execution.get()
  const terms = plannedTerms(prepared, new RunBudgets({}))[family.index]!
  if (maxCostUsd !== undefined) checkCost(provider, terms, jobs, { maxCalls, maxCostUsd })
  request.onEstimate?.(estimateProbe(provider, terms, jobs, maxCalls))
  const probeId = `probe-${randomBytes(6).toString('hex')}`
  const store = throwawayStore(parts.store.blobs(movieId))
  await using loop = new ClosedLoop(
    onMessages =>
      executor.openRun({
        address: { run: probeId as RunId, token: 0 },
        movieId: probeId,
        baseFolder: prepared.baseFolder,
        store,
        inlineProviders,
        onMessages,
      }),
    {
      template: jobTemplates(prepared, probeId, undefined)[family.index]!,
      assignment: call => assignmentOf(jobs, call),
      clock: parts.clock,
      random: parts.random,
      maxCalls,
      costOf: settled => settledCost(settled, terms),
    },
  )
  const signal = request.signal ?? new AbortController().signal
  const runner: LevelRunner = new LevelRunner({
    loop,
    meter: new LocalMeter(() => executor.eventLoops()),
    clock: parts.clock,
    maxConcurrency: request.maxConcurrency ?? PROBE_MAX_CONCURRENCY,
    maxCalls,
    maxTimeMs,
    maxCostUsd: maxCostUsd ?? Number.POSITIVE_INFINITY,
    signal,
    onProgress: (levels, concurrency) =>
      request.onProgress?.({
        levels,
        concurrency,
        calls: loop.calls,
        costUsd: loop.costUsd,
        elapsedMs: runner.elapsedMs,
      }),
  })
  const ended = await runner.measureAll()
  if (loop.outcomes.accepted === 0 && ended !== 'interrupted') throw probeFailed(loop, provider)
  const { accepted } = loop.outcomes
  const burst = await burstOf(runner, loop, { maxCalls, maxTimeMs, signal })
  const { calls, costUsd } = loop
  return reportOf({
    provider,
    producer,
    levels: runner.levels,
    ended,
    lastError: loop.lastError,
    burst,
    latencyNear: concurrency => {
      const level = nearestLevel(runner.levels, concurrency)
      return level && empiricalLatency(runner.samplesOf(level.concurrency))
    },
    calls,
    accepted,
    costUsd,
    durationMs: runner.elapsedMs,
  })
}

/** Calls that were refused: was it by their number in a time, or by how many there were at once? */
async function burstOf(
  runner: LevelRunner,
  loop: ClosedLoop,
  bounds: { readonly maxCalls: number; readonly maxTimeMs: number; readonly signal: AbortSignal },
): Promise<Burst | undefined> {
  const { levels } = runner
  const state = rampState(rampOf(levels))
  const sent = Math.ceil(BURST * capacityOf(levels)) + BURST_MORE
  const msLeft = bounds.maxTimeMs - runner.elapsedMs
  const restMs = Math.min(REST_MAX_MS, Math.max(REST_MS, loop.longestRetryAfterMs))
  if (state.state !== 'ended' || state.by !== 'refused' || bounds.signal.aborted) return undefined
  if (capacityOf(levels) < 1) return undefined
  if (sent > bounds.maxCalls - loop.calls || restMs > msLeft / 2) return undefined
  const outOfTime = AbortSignal.any([bounds.signal, AbortSignal.timeout(Math.ceil(msLeft))])
  const given = new Promise<undefined>(resolve => {
    outOfTime.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const bursting = async (): Promise<Burst | undefined> => {
    await loop.drain()
    await sleep(restMs, undefined, { signal: outOfTime })
    return { sent, accepted: await loop.burst(sent) }
  }
  return await Promise.race([bursting().catch(() => undefined), given])
}

function probeFailed(
  { lastError, calls, longestRetryAfterMs }: ClosedLoop,
  provider: string,
): ShowrunnerError {
  return new ShowrunnerError(
    'PROBE_FAILED',
    describeFailure({ provider, lastError, calls, longestRetryAfterMs }),
    {
      details: { provider, calls, ...(lastError && { error: lastError }) },
    },
  )
}
