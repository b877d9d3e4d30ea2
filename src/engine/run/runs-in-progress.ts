import type { MovieId } from '../../model/id.js'
import type { MovieInProgress } from '../movie/movie-parts.js'
import { RecentNotes } from '../recent-notes.js'
import type { RunParts } from './run.js'
import type { RunProgress } from './run-events.js'

type RunInProgress = Omit<RunParts, 'feed'>

/** The runs of an engine that have not ended: closing it ends them. */
export class RunsInProgress {
  readonly #runs = new Set<RunInProgress>()
  readonly #movies = new Map<RunInProgress, MovieId>()
  readonly #deciders = new Map<MovieId, MovieInProgress['decide']>()
  readonly #progress = new Map<MovieId, RunProgress>()
  /** What providers have said, once somebody watches. */
  readonly notes = new RecentNotes()
  #isWatched = false

  add(run: RunInProgress): void {
    this.#runs.add(run)
    const remove = () => {
      this.#runs.delete(run)
      this.#progress.delete(this.#movies.get(run)!)
      this.#deciders.delete(this.#movies.get(run)!)
      this.#movies.delete(run)
    }
    run.work.then(remove, remove)
  }

  /** The run has opened its movie. */
  began(run: RunInProgress, movie: MovieId, decide: MovieInProgress['decide']): void {
    this.#movies.set(run, movie)
    this.#deciders.set(movie, decide)
    if (this.#isWatched) this.#watchRun(run, movie)
  }

  /** What records decisions of people while the movie is run here. */
  ofMovie(movie: MovieId): MovieInProgress | undefined {
    const run = [...this.#movies].find(([, id]) => id === movie)?.[0]
    const decide = this.#deciders.get(movie)
    if (run === undefined || decide === undefined) return undefined
    return {
      decide,
      ended: run.work.then(
        () => undefined,
        () => undefined,
      ),
    }
  }

  /** From now on runs are asked for their progress, which costs them a little. */
  watch(): void {
    if (this.#isWatched) return
    this.#isWatched = true
    for (const [run, movie] of this.#movies) this.#watchRun(run, movie)
  }

  /** What the run of a movie has said last, once somebody watches. */
  progressOf(movie: string): RunProgress | undefined {
    return this.#progress.get(movie as MovieId)
  }

  #watchRun({ emitter }: RunInProgress, movie: MovieId): void {
    emitter.on('progress', progress => void this.#progress.set(movie, progress))
    emitter.on('note', note => this.notes.add(movie, note, Date.now()))
  }

  /** Cancels them and waits for their end. */
  async close(): Promise<void> {
    const runs = [...this.#runs]
    for (const run of runs) run.cancel('engine_closed')
    await Promise.allSettled(runs.map(({ work }) => work))
    for (const run of runs) warnIfUnheard(run)
  }
}

/** A forgotten `await` would cancel the run without a word. */
function warnIfUnheard({ audience, emitter }: RunInProgress): void {
  if (audience.isAwaited || audience.readerCount > 0 || emitter.eventNames().length > 0) return
  process.emitWarning(
    'The engine was closed while a run was in progress that nobody awaits, and the run was cancelled. Write: await engine.run(…)',
    { code: 'SHOWRUNNER_RUN_NOT_AWAITED' },
  )
}
