import { evolve } from '../../coordinator/state/evolve.js'
import { openMovie } from '../../coordinator/state/open-movie.js'
import {
  decideReview,
  type ReviewAnswer,
  type ReviewStatement,
} from '../../coordinator/transition/decide-review.js'
import type { MovieId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { Store } from '../../storage/store.js'
import { type ActionLease, type ActionOptions, withLease } from '../operations/with-lease.js'

/** Events in one append. */
const BATCH_COUNT = 1_000

const WAY_OUT =
  'Decisions are recorded by the process that runs it, or once no run is in progress. Judge on the page of that run (run --ui, engine.serve()); or wait for its end (--wait, waitMs), which comes by itself once everything that is left waits for people.'

/** Records decisions as the movie's only writer. @throws MovieBusyError while a run is in progress */
export async function recordDecisions(
  store: Store,
  movieId: MovieId,
  statements: readonly ReviewStatement[],
  options: ActionOptions,
): Promise<readonly ReviewAnswer[]> {
  const act = async ({ holder, throwIfLost }: ActionLease) => {
    const { movie, writer } = await openMovie(store, movieId, new MapSlots(), holder)
    try {
      const timestamp = new Date().toISOString()
      let events: MovieEvent[] = []
      const append = async () => {
        throwIfLost()
        if (events.length > 0) await writer.append(events)
        events = []
      }
      const answers: ReviewAnswer[] = []
      for (const statement of statements) {
        const decided = decideReview(movie, statement, timestamp)
        for (const event of decided.events) evolve(movie, event)
        events.push(...decided.events)
        answers.push(decided.answer)
        if (events.length >= BATCH_COUNT) await append()
      }
      await append()
      return answers
    } finally {
      await writer.close()
    }
  }
  return await withLease(store, movieId, act, { wayOut: WAY_OUT, ...options })
}
