import { moveArtifact } from '../../model/movie/moves/move-artifact.js'
import { moveJob } from '../../model/movie/moves/move-job.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Block } from '../geometry/block.js'
import { PlanSlots } from '../geometry/plan-slots.js'

/** Jobs that have become known take over what the movie holds of them, by their ids. */
export function adoptBlock(
  movie: MovieState,
  { firstJob, size, firstArtifact, artifactsPerJob }: Block,
): void {
  const { slots } = movie
  if (!(slots instanceof PlanSlots) || !slots.hasOthers) return
  for (let job = firstJob; job < firstJob + size; job++) {
    const before = slots.releaseJob(slots.jobIdAt(job))
    if (before !== -1) moveJob(movie, before, job)
  }
  for (let slot = firstArtifact; slot < firstArtifact + size * artifactsPerJob; slot++) {
    const before = slots.releaseArtifact(slots.artifactIdAt(slot))
    if (before !== -1) moveArtifact(movie, before, slot)
  }
}
