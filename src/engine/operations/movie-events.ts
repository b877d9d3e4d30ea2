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
  for await (const { events } of follow ? log.follow(LOG_START, ended) : log.read()) {
    for (const event of events) {
      if (ended.aborted) return
      if (event.seq > since && (types === undefined || types.includes(event.event.type))) yield event
    }
  }
}

/** The same, as they are read. */
export async function* movieEventBatches(
  store: Store,
  movieId: MovieId,
  { after = LOG_START, to, follow = false, signal }: EventBatchesOptions,
  closed: AbortSignal,
): AsyncGenerator<EventBatch, void, undefined> {
  await requireMovie(store, movieId)
  const ended = AbortSignal.any([closed, ...(signal ? [signal] : [])])
  const log = store.log(movieId)
  for await (const batch of follow ? log.follow(after, ended) : log.read(after, to)) {
    if (ended.aborted) return
    yield batch
  }
}
