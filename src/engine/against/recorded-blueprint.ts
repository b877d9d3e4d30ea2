import type { MovieId, RunId } from '../../model/id.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'

/** What the record of a run says of what it was to make. */
export interface RecordedBlueprint {
  /** As it was written, with secrets masked. */
  readonly blueprint: JsonObject
  /** Digests of the settings of each producer. */
  readonly settings: JsonObject
}

/** Undefined when there is no such record, or it cannot be read. */
export async function readRecordedBlueprint(
  store: Store,
  movieId: MovieId,
  runId: RunId,
): Promise<RecordedBlueprint | undefined> {
  const bytes = await store.files.read(layout.runPlan(movieId, runId))
  try {
    const record: unknown = bytes && JSON.parse(bytes.toString('utf8'))
    if (!isJsonObject(record) || !isJsonObject(record.blueprint)) return undefined
    const { blueprint, settings } = record
    return { blueprint, settings: isJsonObject(settings) ? settings : {} }
  } catch {
    return undefined
  }
}
