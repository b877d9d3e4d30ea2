import type { PageServer, ServeOptions } from '../ui/page-server.js'
import type { PageSource } from '../ui/page-source.js'
import type { RunsInProgress } from './run/runs-in-progress.js'

/** The pages that an engine serves. */
export class ServedPages {
  readonly #pages = new Set<PageServer>()

  async serve(
    engine: Omit<PageSource, 'progressOf' | 'notesOf'>,
    runs: RunsInProgress,
    options: ServeOptions,
  ): Promise<PageServer> {
    const { servePage } = await import('../ui/serve-page.js')
    runs.watch()
    const source: PageSource = {
      store: engine.store,
      listMovies: () => engine.listMovies(),
      movie: id => engine.movie(id),
      progressOf: movie => runs.progressOf(movie),
      notesOf: (movie, job) => runs.notes.of(movie, job),
    }
    const page = await servePage(source, options)
    this.#pages.add(page)
    return page
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pages].map(page => page.close()))
  }
}
