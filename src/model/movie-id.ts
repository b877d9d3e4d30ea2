import { ShowrunnerError } from './error/error.js'
import type { MovieId } from './id.js'

const MOVIE_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Checks what a user has written. @throws ShowrunnerError `MOVIE_ID_INVALID` */
export function movieId(text: string): MovieId {
  if (MOVIE_ID.test(text)) return text as MovieId
  throw new ShowrunnerError(
    'MOVIE_ID_INVALID',
    `"${text.slice(0, 80)}" is not a movie id. Use 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit.`,
  )
}

export const isMovieId = (text: string): text is MovieId => MOVIE_ID.test(text)
