import { evolve } from '../../coordinator/state/evolve.js'
import { type MovieId, producerOf, type RunId } from '../../model/id.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { Store } from '../../storage/store.js'
import { readRunShape } from '../run-shape/read-run-shape.js'
import type { MovieSnapshot } from './movie-snapshot.js'

/**
 * What a movie has at these moments, which are in order. Folds the log from its beginning: without values, so that a
 * million artifacts take little memory.
 */
export async function takeSnapshots(
  store: Store,
  movieId: MovieId,
  seqs: readonly number[],
  signal?: AbortSignal,
): Promise<readonly MovieSnapshot[]> {
  const movie = new MovieState(new MapSlots(), 'none')
  const calls = new Map<string, number>()
  const shapes = new Map<RunId, Promise<MovieSnapshot['shape']>>()
  const snapshots: MovieSnapshot[] = []
  const shapeOfRun = (runId: RunId) => {
    const shape = shapes.get(runId) ?? readRunShape(store, movieId, runId)
    shapes.set(runId, shape)
    return shape
  }
  const take = async (seq: number) => {
    while (seqs[snapshots.length] === seq) {
      const runId = movie.lastRun?.runId
      snapshots.push({
        slots: movie.slots,
        hashes: movie.artifactHashes.copy(),
        shape: runId && (await shapeOfRun(runId)),
        costUsd: movie.costUsd,
        costsUsd: new Map(movie.costsUsd),
        calls: new Map(calls),
      })
    }
  }
  await take(0)
  for await (const { events } of store.log(movieId).read()) {
    signal?.throwIfAborted()
    for (const { seq, event } of events) {
      evolve(movie, event)
      const isCall =
        (event.type === 'job.succeeded' && event.reused === undefined) || event.type === 'job.failed'
      if (isCall) {
        const producer = producerOf(event.jobId)
        calls.set(producer, (calls.get(producer) ?? 0) + 1)
      }
      if (seqs[snapshots.length] === seq) await take(seq)
      if (snapshots.length === seqs.length) return snapshots
    }
  }
  return snapshots
}
