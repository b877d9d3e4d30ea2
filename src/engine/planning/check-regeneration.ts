import type { Store } from '../../storage/store.js'
import type { PreparedPlan } from './prepared-plan.js'
import { readPlannedMovie } from './read-planned-movie.js'

/**
 * Looks whether what is to be regenerated is there, before a run opens the movie: to open it is to write.
 * @throws ShowrunnerError `JOB_UNKNOWN`, `USAGE_INVALID`
 */
export async function checkRegeneration(store: Store, prepared: PreparedPlan): Promise<void> {
  const { regenerate } = prepared
  if (regenerate.dependsOnMovie) regenerate.check((await readPlannedMovie(store, prepared)).movie)
}
