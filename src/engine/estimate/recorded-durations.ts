import type { MovieId } from '../../model/id.js'
import { LOG_START } from '../../model/movie/log-position.js'
import type { Store } from '../../storage/store.js'

/** Durations kept of each producer, the newest ones. */
const SAMPLE_COUNT = 5_000

/** How long the jobs of a movie took that succeeded, in milliseconds, by producer. Empty for a movie that is new. */
export async function recordedDurations(store: Store, movieId: MovieId): Promise<Map<string, number[]>> {
  const durations = new Map<string, number[]>()
  const counts = new Map<string, number>()
  for await (const { events } of store.log(movieId).read(LOG_START, { types: ['job.succeeded'] })) {
    for (const { event } of events) {
      if (event.type !== 'job.succeeded' || event.reused) continue
      const producer = producerOf(event.jobId)
      const count = counts.get(producer) ?? 0
      const kept = durations.get(producer)
      counts.set(producer, count + 1)
      if (kept === undefined) durations.set(producer, [event.durationMs])
      else kept[count % SAMPLE_COUNT] = event.durationMs
    }
  }
  return durations
}

/** `Picture` of `Producer:Picture[3]`. */
const producerOf = (jobId: string): string => /^Producer:(\w+)/.exec(jobId)?.[1] ?? ''
