import { requireMovie } from '../../coordinator/state/open-movie.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { Store } from '../../storage/store.js'
import { compareSnapshots } from './compare-snapshots.js'
import type { DiffOptions } from './diff-options.js'
import { findMoments } from './find-moments.js'
import type { LogMoment } from './log-moment.js'
import type { MovieDiff } from './movie-diff.js'
import { takeSnapshots } from './take-snapshots.js'

/** @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `USAGE_INVALID` for a moment that there is not */
export async function diffMovie(
  store: Store,
  movieId: MovieId,
  { from, to, signal }: DiffOptions,
): Promise<MovieDiff> {
  await requireMovie(store, movieId)
  const wanted = [
    { moment: from, side: 'before' },
    { moment: to, side: 'after' },
  ] as const
  const [start, end] = (await findMoments(store, movieId, wanted, signal)) as [Found, Found]
  if (start.seq > end.seq)
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `The moment to compare from (event ${start.seq}) is after the one to compare to (event ${end.seq}). Give the earlier one first.`,
    )
  const [before, after] = await takeSnapshots(store, movieId, [start.seq, end.seq], signal)
  return { movieId, from: start, to: end, ...compareSnapshots(before!, after!) }
}

/** One movie at a moment against another one at a moment. @throws like {@link diffMovie} */
export async function diffMovies(
  store: Store,
  movieId: MovieId,
  otherId: MovieId,
  { from, to, signal }: DiffOptions,
): Promise<MovieDiff> {
  const read = async (id: MovieId, moment: LogMoment | undefined) => {
    await requireMovie(store, id)
    const [found] = await findMoments(store, id, [{ moment, side: 'after' }], signal)
    const [snapshot] = await takeSnapshots(store, id, [found!.seq], signal)
    return { found: found!, snapshot: snapshot! }
  }
  const before = await read(movieId, from)
  const after = await read(otherId, to)
  const { calls, costUsd, ...compared } = compareSnapshots(before.snapshot, after.snapshot)
  return { movieId, otherId, from: before.found, to: after.found, ...compared, calls, costUsd }
}

type Found = MovieDiff['from']
