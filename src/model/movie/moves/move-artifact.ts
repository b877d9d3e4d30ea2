import type { MovieState } from '../movie-state.js'

/** An artifact has another slot from now on. */
export function moveArtifact(movie: MovieState, from: number, to: number): void {
  const hash = movie.artifactHashes.get(from)
  if (hash !== undefined) {
    const override = movie.overrides.get(from)
    movie.artifactHashes.set(to, hash)
    movie.values.set(to, movie.values.get(from))
    movie.blobs.set(to, movie.blobs.get(from))
    if (override !== undefined) movie.overrides.set(to, override)
    if (movie.outdated.has(from)) movie.outdated.add(to)
    const review = movie.reviews.get(from)
    if (review !== undefined) movie.reviews.set(to, review)
  }
  movie.removeArtifact(from)
}
