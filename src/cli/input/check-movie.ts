import type { Engine } from '../../index.js'

/** Before a page is opened that would wait for a movie of a misspelt name. @throws ShowrunnerError `MOVIE_NOT_FOUND` */
export async function checkMovie(engine: Engine, movieId: string): Promise<void> {
  for await (const _ of engine.movie(movieId).events()) return
}
