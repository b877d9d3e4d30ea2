import type { JobId } from '../../model/id.js'
import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import type { ResultContent } from '../../model/movie/results/past-results.js'
import type { SlotIndex } from '../../model/movie/slots.js'
import type { Family } from '../../plan/geometry/family.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'

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
  readonly slots: SlotIndex
  readonly timestamp: string
}

/** Records that a job takes the result of another job. */
export function copyResult(
  { record, slots, timestamp }: ResultRecorder,
  contents: readonly ResultContent[],
  { job, jobId, attempt, family }: Taker,
  { inputsHash, digests: inputs }: ResolvedJob,
): void {
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
    ...(contents.length === 0 && { inputsHash }),
  }
  record({ type: 'job.succeeded', jobId, attempt, durationMs: 0, inputs, ...reused, timestamp })
}
