import type { JobId } from '../../model/id.js'
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
  { contents, resolved }: MadeResult,
  { job, jobId, attempt, family }: Taker,
): void {
  const { slots } = state.movie
  const { inputsHash, digests: inputs } = resolved
  const place = placeOfHash(resolved, inputsHash) ?? 0
  const by = state.answeredBy(state.plan.targets.of(family.index)[place]!)
  const firstOwn = family.blockOf(job).firstArtifactOf(job)
  contents.forEach((content, at) => {
    const artifactId = slots.artifactIdAt(firstOwn + at)
    const event: ArtifactMade = {
      type: 'artifact',
      artifactId,
      ...content,
      inputsHash,
      jobId,
      attempt,
      timestamp,
    }
    record(event)
  })
  const reused = {
    costUsd: 0,
    reused: 'job' as const,
    ...(by && { by }),
    ...(contents.length === 0 && { inputsHash }),
  }
  record({ type: 'job.succeeded', jobId, attempt, durationMs: 0, inputs, ...reused, timestamp })
}
