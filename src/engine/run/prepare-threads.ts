import type { Store } from '../../storage/store.js'
import type { Executor } from '../../workers/executor.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'

/**
 * Lets threads start while the movie is still being opened. Only for a movie that is new to the store: another one may
 * have all that it needs. Never rejects: what is wrong with the store, the run will say.
 */
export async function prepareThreads(
  store: Store,
  executor: Executor,
  { movieId, plan, bindings }: PreparedPlan,
  concurrency: number,
): Promise<void> {
  let jobCount = 0
  for (const { index, size } of plan.families)
    if (bindings[index]!.provider.source.type === 'module') jobCount += size
  if (jobCount === 0) return
  const isKnown = await store
    .log(movieId)
    .exists()
    .catch(() => true)
  if (!isKnown) executor.prepare(Math.min(jobCount, concurrency))
}
