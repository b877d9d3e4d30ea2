import { headerRecord } from '../../model/movie/header-record.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { VariantOf } from '../../plan/up-to-date/variant-of.js'
import type { ManifestContent } from '../../storage/store.js'
import { strayResults } from './stray-results.js'

/** What a manifest holds of a movie. It may be written several times. @param variantOf as in `strayResults` */
export function manifestContent(
  movie: MovieState,
  position: LogPosition,
  savedAt: string,
  variantOf?: VariantOf,
): ManifestContent {
  const { expansions, reviews } = movie
  return {
    header: { position, savedAt, lastRun: movie.lastRun, ...headerRecord(movie) },
    lists: expansions.size > 0 ? [...expansions.values()] : undefined,
    artifacts: { [Symbol.iterator]: () => movie.artifacts() },
    jobs: { [Symbol.iterator]: () => movie.jobs() },
    results: strayResults(movie, variantOf),
    hasReviews: reviews.size > 0,
  }
}
