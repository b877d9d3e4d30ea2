import type { DatedNote } from '../engine/recent-notes.js'
import type { RunProgress } from '../engine/run/run-events.js'
import type { PageMovie } from './page-movie.js'

/** What the page needs of an engine. */
export interface PageSource {
  /** The store's URL. */
  readonly store: string
  listMovies(): AsyncIterable<string>
  movie(id: string): PageMovie
  /** What the engine's own runs said last of themselves, by movie. */
  progressOf(movie: string): RunProgress | undefined
  /** What providers have said of a job of such a run. */
  notesOf(movie: string, jobId: string): readonly DatedNote[]
}
