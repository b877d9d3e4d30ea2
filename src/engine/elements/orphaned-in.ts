import { parseAddress } from '../../model/artifact-address.js'
import { type ArtifactId, jobOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { readOrphanName } from '../../plan/identity/orphan-name.js'
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
    .filter(id => hasNoElement(id) || !namesUnknownJobs(plan, jobOf(id)))
}

function hasNoElement(id: ArtifactId): boolean {
  const { elements, outputElements } = parseAddress(id)!
  return [...elements, ...outputElements].some(name => readOrphanName(name) !== undefined)
}
