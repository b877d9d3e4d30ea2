import { type ArtifactId, jobOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { namesUnknownJobs } from '../../plan/job-pattern/names-unknown-jobs.js'
import type { Plan } from '../../plan/plan.js'

/** Artifacts that a user has pinned or edited, and whose element is in none of the plan's lists. */
export function orphanedIn(
  plan: Pick<Plan, 'families' | 'geometry'>,
  movie: MovieState,
): readonly ArtifactId[] {
  return [...movie.overrides.keys()]
    .filter(slot => !plan.geometry.hasArtifact(slot) && movie.isPinned(slot))
    .map(slot => movie.slots.artifactIdAt(slot))
    .filter(id => !namesUnknownJobs(plan, jobOf(id)))
}
