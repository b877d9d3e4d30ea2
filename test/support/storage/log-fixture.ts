import type { MovieId } from '../../../src/model/id.js'
import type { LoggedEvent, MovieEvent } from '../../../src/model/movie/event.js'
import { LOG_START, type LogPosition } from '../../../src/model/movie/log-position.js'
import { movieId } from '../../../src/model/movie-id.js'
import type { EventBatch, EventLog, LogWriter } from '../../../src/storage/store.js'

export const movie: MovieId = movieId('atlas')

const timestamp = '2026-01-01T00:00:00.000Z'

/** An event that can be told from every other one by its number. */
export function numberedEvent(number: number, text = 'größer 🎬 "quoted"\n'): MovieEvent {
  return {
    type: 'artifact',
    artifactId: `Producer:Picture[${number}].Image`,
    value: text,
    timestamp,
  } as MovieEvent
}

export const numberedEvents = (from: number, count: number): MovieEvent[] =>
  Array.from({ length: count }, (_, index) => numberedEvent(from + index))

export async function openWriter(
  log: EventLog,
  holder = 'host/1/nonce',
  after = LOG_START,
): Promise<LogWriter> {
  return log.openWriter({ holder, after, onBatch: () => undefined })
}

export async function readAll(log: EventLog, after: LogPosition = LOG_START): Promise<LoggedEvent[]> {
  return eventsOf(log.read(after))
}

export async function eventsOf(batches: AsyncIterable<EventBatch>): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  for await (const batch of batches) events.push(...batch.events)
  return events
}

/** The artifact numbers of a log, in order: what {@link numberedEvent} put there. */
export function numbersIn(events: readonly LoggedEvent[]): number[] {
  return events.flatMap(({ event }) =>
    event.type === 'artifact' ? [Number(/\[(\d+)\]/.exec(event.artifactId)?.[1])] : [],
  )
}
