import { ShowrunnerError } from '../../model/error/error.js'
import type { ElementName } from '../../model/id.js'
import { artifactId } from '../../model/id.js'
import type { JobOutcome, JobSettled, ProducedArtifact } from '../../model/job.js'
import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import { indicesOf } from '../../plan/geometry/indices.js'
import type { Turn } from '../live-run.js'
import type { ValuesFailed } from '../message.js'
import { attemptCharge, spentOn } from '../settlement/attempt-charge.js'
import type { ActiveJob, SettledFailure } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'
import { failAttempt } from './fail-attempt.js'

/** An attempt has ended: gives back what it held, and records its artifacts with its outcome, or its failure. */
export function settleAttempt(turn: Turn, message: JobSettled): void {
  const { state } = turn.run
  const active = state.currentAttempt(message)
  if (!active) return
  const { outcome } = message
  // First of all, since whose fault a failure is depends on what came before.
  returnPermit(state, active, message)
  if (outcome.state === 'succeeded') succeed(turn, active, message.durationMs, outcome)
  else fail(turn, active, { ...message, outcome })
}

/** Fails a job whose inputs cannot be read. */
export function failUnread(turn: Turn, { job, message }: ValuesFailed): void {
  const active = turn.run.state.active.get(job)
  if (active?.state !== 'loading') return
  const { jobId, attempt } = active
  const { timestamp } = turn.moment
  const error = { code: 'bug', message } as const
  turn.record({ type: 'job.failed', jobId, attempt, durationMs: 0, error, timestamp })
}

function returnPermit({ admission, movie }: RunState, active: ActiveJob, message: JobSettled): void {
  const { permit, family } = active
  active.call = permit?.call
  if (permit === undefined) return
  const isCounted = admission.money.isCounted(family.index)
  const spent = isCounted ? spentOn(admission.money, movie, active, message.outcome) : 0
  admission.settle(family.index, permit, message, spent)
}

function succeed(
  turn: Turn,
  active: ActiveJob,
  durationMs: number,
  outcome: Extract<JobOutcome, { state: 'succeeded' }>,
): void {
  const { jobId, attempt } = active
  const { timestamp } = turn.moment
  const { admission, movie } = turn.run.state
  const { digests: inputs, inputsHash } = active.resolved!
  const isEmpty = outcome.artifacts.length === 0
  const { usage, reused } = outcome
  const { costUsd, uncertainCostUsd } = attemptCharge(admission.money, movie, active, outcome)
  active.permit = undefined
  for (const artifact of outcome.artifacts) turn.record(made(active, artifact, timestamp))
  const event: MovieEvent =
    usage === undefined &&
    costUsd === undefined &&
    uncertainCostUsd === undefined &&
    reused === undefined &&
    !isEmpty
      ? { type: 'job.succeeded', jobId, attempt, durationMs, inputs, timestamp }
      : {
          type: 'job.succeeded',
          jobId,
          attempt,
          durationMs,
          inputs,
          ...(isEmpty && { inputsHash }),
          ...(usage && { usage }),
          ...(costUsd !== undefined && { costUsd }),
          ...(uncertainCostUsd !== undefined && { uncertainCostUsd }),
          ...(reused && { reused }),
          timestamp,
        }
  turn.record(event)
}

function fail(turn: Turn, active: ActiveJob, settled: SettledFailure): void {
  const { state, settlement } = turn.run
  const { admission, movie } = state
  const { storeFull, isSoleSuspect } = settled.outcome
  const charge = attemptCharge(admission.money, movie, active, settled.outcome)
  active.permit = undefined
  failAttempt(turn, active, { settled, atMs: admission.health.nowMs, charge }, true)
  if (storeFull) settlement.breakOff(new ShowrunnerError('STORE_FULL', storeFull))
  if (isSoleSuspect && state.active.has(active.job)) active.suspectLosses++
}

function made(active: ActiveJob, artifact: ProducedArtifact, timestamp: string): ArtifactMade {
  const { jobId, attempt, family } = active
  const { output, index, value, blob, hash } = artifact
  const { extents } = family.blockOf(active.job).outputs.find(({ spec }) => spec.name === output)!
  const elements =
    extents.length === 0 ? NO_ELEMENTS : family.outputNamesOf(active.job, output, indicesOf(index, extents))
  const id = artifactId(jobId, output, elements)
  const { inputsHash } = active.resolved!
  return blob
    ? { type: 'artifact', artifactId: id, blob, hash, inputsHash, jobId, attempt, timestamp }
    : { type: 'artifact', artifactId: id, value: value!, hash, inputsHash, jobId, attempt, timestamp }
}

const NO_ELEMENTS: readonly ElementName[] = []
