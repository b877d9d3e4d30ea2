import { requireMovie } from '../../coordinator/state/open-movie.js'
import type { MovieId } from '../../model/id.js'
import type { LoggedEvent } from '../../model/movie/event.js'
import { LOG_START } from '../../model/movie/log-position.js'
import type { EventBatch, Store } from '../../storage/store.js'
import type { EventBatchesOptions, EventsOptions } from '../config/requests.js'

/** The events of a movie, until the end, or with `follow` until one of the signals is aborted. */
export async function* movieEvents(
  store: Store,
  movieId: MovieId,
  { since = 0, follow = false, types, signal }: EventsOptions,
  closed: AbortSignal,
): AsyncGenerator<LoggedEvent, void, undefined> {
  await requireMovie(store, movieId)
  const ended = AbortSignal.any([closed, ...(signal ? [signal] : [])])
  const log = store.log(movieId)
  const batches = follow ? log.follow(LOG_START, ended, types) : log.read(LOG_START, { types })
  for await (const { events } of batches) {
    for (const event of events) {
      if (ended.aborted) return
      if (event.seq > since) yield event
    }
  }
}

/** The same, as they are read. */
export async function* movieEventBatches(
  store: Store,
  movieId: MovieId,
  { after = LOG_START, to, types, follow = false, signal }: EventBatchesOptions,
  closed: AbortSignal,
): AsyncGenerator<EventBatch, void, undefined> {
  await requireMovie(store, movieId)
  const ended = AbortSignal.any([closed, ...(signal ? [signal] : [])])
  const log = store.log(movieId)
  const batches = follow ? log.follow(after, ended, types) : log.read(after, { to, types })
  for await (const batch of batches) {
    if (ended.aborted) return
    yield batch
  }
}
