import type { ArtifactId, JobId } from '../../model/id.js'
import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import type { Family } from '../../plan/geometry/family.js'
import type { MadeResult } from '../../plan/up-to-date/find-made.js'
import { placeOfHash } from '../../plan/up-to-date/resolved-job.js'
import type { RunState } from '../state/run-state.js'

/** A job that takes a result which is there. */
export interface Taker {
  readonly job: number
  readonly jobId: JobId
  readonly attempt: number
  readonly family: Family
}

/** Who records it, and when. */
export interface ResultRecorder {
  readonly record: (event: MovieEvent) => void
  readonly state: Pick<RunState, 'movie' | 'plan' | 'answeredBy'>
  readonly timestamp: string
}

/** Records that a job takes the result of another job. */
export function copyResult(
  { record, state, timestamp }: ResultRecorder,
  { contents, resolved, of }: MadeResult,
  { job, jobId, attempt, family }: Taker,
): void {
  const { slots } = state.movie
  const { inputsHash, digests: inputs } = resolved
  const place = placeOfHash(resolved, inputsHash) ?? 0
  const by = state.answeredBy(state.plan.targets.of(family.index)[place]!)
  const firstOwn = family.blockOf(job).firstArtifactOf(job)
  for (let at = 0; at < contents.length; at++) {
    const { blob, value = null, hash } = contents[at]!
    const artifactId = `${jobId}.${slots.partAt(firstOwn + at)}` as ArtifactId
    const event: ArtifactMade = blob
      ? { type: 'artifact', artifactId, blob, hash, inputsHash, jobId, attempt, timestamp }
      : { type: 'artifact', artifactId, value, hash, inputsHash, jobId, attempt, timestamp }
    record(event)
  }
  record({
    type: 'job.succeeded',
    jobId,
    attempt,
    durationMs: 0,
    inputs,
    costUsd: 0,
    reused: 'job',
    ...(of && { from: of.jobId }),
    ...(by && { by }),
    ...(contents.length === 0 && { inputsHash }),
    timestamp,
  })
}
