import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'

/**
 * The events of a job that takes the result of another job.
 * @returns undefined when a user has set a version of that result
 */
export function copyResult(
  { plan, movie }: RunState,
  from: number,
  { job, jobId, attempt, family }: ActiveJob,
  { inputsHash, digests: inputs }: ResolvedJob,
  timestamp: string,
): readonly MovieEvent[] | undefined {
  const events: MovieEvent[] = []
  const firstTaken = plan.geometry.blockOf(from).firstArtifactOf(from)
  const block = family.blockOf(job)
  const firstOwn = block.firstArtifactOf(job)
  for (let at = 0; at < block.artifactsPerJob; at++) {
    const slot = firstTaken + at
    const hash = movie.artifactHashes.get(slot)
    if (hash === undefined || movie.overrides.has(slot)) return undefined
    const artifactId = movie.slots.artifactIdAt(firstOwn + at)
    const common = { type: 'artifact' as const, artifactId, hash, inputsHash, jobId, attempt, timestamp }
    const blob = movie.blobs.get(slot)
    const event: ArtifactMade = blob ? { ...common, blob } : { ...common, value: movie.values.get(slot)! }
    events.push(event)
  }
  const reused = { costUsd: 0, reused: 'job' as const }
  return [...events, { type: 'job.succeeded', jobId, attempt, durationMs: 0, inputs, ...reused, timestamp }]
}
