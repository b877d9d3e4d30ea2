import type { MovieId, RunId } from '../../model/id.js'
import { LOG_START } from '../../model/movie/log-position.js'
import type { Store } from '../../storage/store.js'

/** The run that began last: that of the newest manifest, unless the log after it knows another one. */
export async function newestRun(
  store: Store,
  movieId: MovieId,
  signal?: AbortSignal,
): Promise<RunId | undefined> {
  const header = (await store.manifests(movieId).lookUp())?.header
  let newest = header?.lastRun?.runId
  const batches = store.log(movieId).read(header?.position ?? LOG_START, { types: ['run.started'] })
  for await (const { events } of batches) {
    signal?.throwIfAborted()
    for (const { event } of events) if (event.type === 'run.started') newest = event.runId
  }
  return newest
}
