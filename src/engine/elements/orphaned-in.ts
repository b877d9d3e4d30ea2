import type { ArtifactId } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Plan } from '../../plan/plan.js'

/** Artifacts that a user has pinned or edited, and whose element is in none of the plan's lists. */
export function orphanedIn({ geometry }: Plan, movie: MovieState): readonly ArtifactId[] {
  return [...movie.overrides.keys()]
    .filter(slot => !geometry.hasArtifact(slot) && movie.isPinned(slot))
    .map(slot => movie.slots.artifactIdAt(slot))
}
