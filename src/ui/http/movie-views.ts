import { isMovieId } from '../../model/movie-id.js'
import { FollowedMovie } from '../history/followed-movie.js'
import type { MovieData } from '../page-data.js'
import type { PageSource } from '../page-source.js'
import { JobPages } from '../query/jobs-page.js'
import { movieData } from '../query/movie-data.js'
import { ReviewItems } from '../query/review-items.js'
import { after } from './after.js'

/** Movies whose logs are held at the same time: the one that was looked at longest ago makes room. */
const MOVIES_HELD = 4

/** A log is read in so short a time, mostly; of a longer one the page shows what is read so far. */
const READING_WAIT_MS = 400

export interface MovieView {
  /** Resolves when there is something to show; rejects when the log cannot be read. */
  readonly begun: Promise<void>
  readonly movie: FollowedMovie
  readonly pages: JobPages
  readonly reviews: ReviewItems
  /** @param changes a moment of the past; the newest one without it */
  data(changes?: number): Promise<MovieData>
  /** For which the last `data()` has kept the thread busy, in milliseconds. */
  readonly tookMs: number
}

/** The movies that somebody looks at. */
export class MovieViews {
  readonly #source: PageSource
  readonly #views = new Map<string, MovieView>()

  constructor(source: PageSource) {
    this.#source = source
  }

  /** @returns undefined when the store has no such movie */
  async open(id: string): Promise<MovieView | undefined> {
    const known = this.#views.get(id)
    if (known !== undefined) {
      this.#views.delete(id)
      this.#views.set(id, known)
      return known
    }
    if (!isMovieId(id) || !(await this.#has(id))) return undefined
    const view = this.#views.get(id) ?? this.#view(id)
    this.#views.set(id, view)
    if (this.#views.size > MOVIES_HELD) this.#drop(this.#views.keys().next().value!)
    view.movie.ready.catch(() => this.#drop(id))
    return view
  }

  close(): void {
    for (const id of [...this.#views.keys()]) this.#drop(id)
  }

  #view(id: string): MovieView {
    const movie = new FollowedMovie(this.#source.movie(id))
    // From its beginning on, so that only the first to ask wait.
    const begun = Promise.race([movie.ready, after(READING_WAIT_MS)])
    begun.catch(() => undefined)
    let tookMs = 0
    return {
      begun,
      movie,
      pages: new JobPages(movie),
      reviews: new ReviewItems(movie),
      data: async changes => {
        const isWritten = (await movie.writer()) !== undefined
        const live = this.#source.progressOf(id)
        // Both of one moment: what is counted then is all where nothing is read any more.
        const { isReading } = movie
        const startMs = performance.now()
        const moment = movie.moment(changes)
        const data = movieData(id, moment, { isWritten, nowMs: Date.now(), live, isReading })
        tookMs = performance.now() - startMs
        return data
      },
      get tookMs() {
        return tookMs
      },
    }
  }

  async #has(id: string): Promise<boolean> {
    for await (const movie of this.#source.listMovies()) if (movie === id) return true
    return false
  }

  #drop(id: string): void {
    this.#views.get(id)?.movie.close()
    this.#views.delete(id)
  }
}
