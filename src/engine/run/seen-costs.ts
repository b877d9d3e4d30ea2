import type { TargetTerms } from '../../coordinator/target-terms.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Plan } from '../../plan/plan.js'

/** The terms with what jobs of code without a price have cost in this movie, so that a spent budget starts none. */
export function withSeenCosts(
  terms: readonly TargetTerms[],
  plan: Plan,
  movie: MovieState,
): readonly TargetTerms[] {
  return terms.map((ofFamily, target) => {
    const { producer, blocks } = plan.families[plan.targets.familyOf(target)]!
    const costUsd = movie.costsUsd.get(producer.name) ?? 0
    if (!ofFamily.isFreeUnlessSaid || costUsd === 0) return ofFamily
    let tried = 0
    for (const { firstJob, size } of blocks)
      for (let job = firstJob; job < firstJob + size; job++) if (movie.jobState(job) !== undefined) tried++
    return { ...ofFamily, seenCostUsd: costUsd / Math.max(1, tried) }
  })
}
