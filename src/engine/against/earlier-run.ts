import { ShowrunnerError } from '../../model/error/error.js'
import type { RunId } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Store } from '../../storage/store.js'
import type { PlanRequest } from '../config/requests.js'
import { findMoments } from '../history/find-moments.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'

/**
 * The run that a plan is compared with: the last one, or the newest that had begun at a moment.
 * @returns undefined when the movie has no run yet
 * @throws ShowrunnerError `USAGE_INVALID` for a moment that there is not, or before the first run
 */
export async function earlierRun(
  store: Store,
  { movieId }: PreparedPlan,
  { lastRun }: MovieState,
  { against, signal }: PlanRequest,
): Promise<RunId | undefined> {
  if (against === undefined || against === 'last' || lastRun === undefined) return lastRun?.runId
  const [found] = await findMoments(store, movieId, [{ moment: against, side: 'after' }], signal)
  if (found?.runId !== undefined) return found.runId
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `At event ${found?.seq ?? 0} no run of "${movieId}" had begun, so there is nothing to compare with. "showrunner log ${movieId} --type run.started" lists the runs.`,
  )
}
