import { parseAddress } from '../../model/artifact-address.js'
import { type ElementName, type JobId, jobOf, type MovieId } from '../../model/id.js'
import { globPattern } from '../../model/linear-pattern.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { ArtifactReview } from '../../model/review/artifact-review.js'
import type { Store } from '../../storage/store.js'
import type { MovieArtifact } from '../artifacts/movie-artifacts.js'
import type { JobKey } from '../outputs/job-outputs.js'
import type { SignalOptions } from '../signal/signal-options.js'
import { readCaptions } from './read-captions.js'
import { readReviewState, reviewedSlots } from './review-state.js'

/** An artifact that waits for a person, or that somebody has judged. */
export interface MovieReview extends Omit<MovieArtifact, 'isGone'> {
  readonly review: ArtifactReview
  /** The job that has made the version. */
  readonly jobId: JobId
  /** The producer's name. */
  readonly producer: string
  /** Of its job: one key for each of its loops. */
  readonly key: JobKey
  /** The name of the output. */
  readonly output: string
  /** In an output that is spread over loops: what names its elements there. */
  readonly at: readonly ElementName[]
  /** The elements that it was made for, by loop, as the record of the last run has them, with secrets masked. */
  readonly caption: Readonly<Record<string, unknown>>
}

/** Of `movie.reviews()`. */
export interface ReviewsOptions extends SignalOptions {
  /** @default `['waiting']` */
  readonly states?: readonly ArtifactReview['state'][] | undefined
  /** Ids, of which `*` stands for any text, and `Producer:` may be left out: `['Picture*.Image']`. @default all */
  readonly ids?: readonly string[] | undefined
}

/** In the order of the plan. @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
export async function* movieReviews(
  store: Store,
  movieId: MovieId,
  { states = ['waiting'], ids, signal }: ReviewsOptions,
): AsyncGenerator<Omit<MovieReview, 'blob'> & Pick<ArtifactRecord, 'blob'>, void, undefined> {
  const found = await readReviewState(store, movieId, 'packed', signal)
  const { movie, layout } = found
  const patterns = ids?.map(id => globPattern(id, 'Producer:'))
  const wanted = reviewedSlots(found).filter(slot => {
    if (!states.includes(movie.reviews.get(slot)!.state)) return false
    return patterns === undefined || patterns.some(each => each.test(movie.slots.artifactIdAt(slot)))
  })
  const jobs = wanted.map(slot => jobOf(movie.slots.artifactIdAt(slot)))
  const captions = await readCaptions(store, movieId, layout, jobs)
  for (const [at, slot] of wanted.entries()) {
    signal?.throwIfAborted()
    const record = movie.artifact(slot)
    const address = record && parseAddress(record.artifactId)
    if (record?.review === undefined || address?.output === undefined) continue
    const { elements, output, outputElements, producer } = address
    yield {
      ...record,
      review: record.review,
      jobId: jobs[at]!,
      producer,
      key: elements.length > 1 ? elements : elements[0],
      output,
      at: outputElements,
      caption: captions.of(jobs[at]!),
    }
  }
}
