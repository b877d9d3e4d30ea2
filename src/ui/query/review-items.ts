import type { FollowedMovie } from '../history/followed-movie.js'
import { jobName } from '../history/jobs/job-name.js'
import { jobOfArtifact } from '../history/jobs/job-of-artifact.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { PageReview } from '../page-movie.js'
import type { ReviewData, ReviewsPage } from '../page-reviews.js'
import { currentOutputs } from './job/current-outputs.js'
import { outputData } from './job/output-data.js'

/** Items of one page. */
export const REVIEWS_LIMIT = 100
const TEXT_LIMIT = 2_000
const CAPTION_LIMIT = 600

/** What people are to judge, or have judged; read again when the log has gone on. */
export class ReviewItems {
  readonly #movie: FollowedMovie
  #known: { readonly seq: number; readonly reviews: Promise<readonly PageReview[]> } | undefined

  constructor(movie: FollowedMovie) {
    this.#movie = movie
  }

  /** @param state all of them without it */
  async page(
    moment: MovieMoment,
    state: string | undefined,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<ReviewsPage> {
    const { seq } = this.#movie.history
    if (this.#known?.seq !== seq) this.#known = { seq, reviews: this.#read() }
    const all = await this.#known.reviews
    const found = state === undefined ? all : all.filter(({ review }) => review.state === state)
    const items: ReviewData[] = []
    for (const review of found.slice(offset, offset + Math.min(limit, REVIEWS_LIMIT)))
      items.push(await this.#item(moment, review))
    return { count: found.length, offset, items }
  }

  async #read(): Promise<readonly PageReview[]> {
    const reviews: PageReview[] = []
    for await (const review of this.#movie.movie.reviews({ states: ['waiting', 'approved', 'rejected'] }))
      reviews.push(review)
    return reviews
  }

  async #item(moment: MovieMoment, { artifactId, hash, review, caption }: PageReview): Promise<ReviewData> {
    const job = this.#movie.history.jobs.numberOf(jobOfArtifact(artifactId))
    const outputs = await currentOutputs(this.#movie, moment, job)
    const output = outputs.find(({ event }) => event.artifactId === artifactId)
    const { state, note, by, at } = review
    return {
      artifact: jobName(artifactId),
      job,
      hash,
      state,
      atMs: Date.parse(at),
      ...(note !== undefined && { note }),
      ...(by !== undefined && { by }),
      caption: captionLines(caption),
      ...(output && { output: outputData(output, TEXT_LIMIT) }),
    }
  }
}

/** The element that it was made for: what stands in its fields. */
function captionLines(caption: PageReview['caption']): ReviewData['caption'] {
  return Object.values(caption)
    .flatMap((element): (readonly [string, unknown])[] =>
      typeof element === 'object' && element !== null && !Array.isArray(element)
        ? Object.entries(element)
        : [['', element]],
    )
    .map(([name, value]) => ({ name, text: textOf(value).slice(0, CAPTION_LIMIT) }))
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
