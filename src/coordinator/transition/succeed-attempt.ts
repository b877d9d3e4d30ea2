import type { ElementName } from '../../model/id.js'
import { artifactId } from '../../model/id.js'
import type { JobOutcome, ProducedArtifact } from '../../model/job.js'
import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import { indicesOf } from '../../plan/geometry/indices.js'
import type { Turn } from '../live-run.js'
import { attemptCharge } from '../settlement/attempt-charge.js'
import type { ActiveJob } from '../state/active-job.js'

/** Records the artifacts of an attempt that has succeeded, and its outcome. */
export function succeedAttempt(
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
  const by = turn.run.state.answeredBy(active.target)
  const { costUsd, uncertainCostUsd } = attemptCharge(admission.money, movie, active, outcome)
  active.permit = undefined
  for (const artifact of outcome.artifacts) turn.record(made(active, artifact, timestamp))
  const event: MovieEvent =
    usage === undefined &&
    costUsd === undefined &&
    uncertainCostUsd === undefined &&
    reused === undefined &&
    by === undefined &&
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
          ...(by && { by }),
          timestamp,
        }
  turn.record(event)
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
