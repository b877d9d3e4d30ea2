import type { JobId, MovieId } from '../../model/id.js'
import { isJsonObject, type JsonValue } from '../../model/json.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { SETTINGS_DIGEST } from '../../plan/up-to-date/content-hash.js'
import { changedParts, type SettingsParts, settingsParts } from '../../plan/up-to-date/settings-parts.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'

/** Of the newest runs. */
const SETTINGS_RECORDS_READ = 200

/**
 * Which settings of a job's producer have changed since the job was made, as the records of the movie's runs tell:
 * `model`, `config.temperature`. Empty when no record has the settings of then: of an earlier version, or far back.
 */
export async function changedSettings(
  store: Store,
  { movieId, plan, bindings }: PreparedPlan,
  movie: MovieState,
  jobId: JobId,
): Promise<readonly string[]> {
  const job = plan.createSlots().plannedJob(jobId)
  const before = digestIn(movie.inputDigests.get(job))
  if (job === -1 || before === undefined) return []
  const family = plan.familyOf(job)
  const { name } = family.producer
  for await (const record of settingsRecords(store, movieId, name))
    if (record.digest === before) return changedParts(record, settingsParts(family, bindings[family.index]!))
  return []
}

/** The newest first. */
async function* settingsRecords(
  store: Store,
  movieId: MovieId,
  producer: string,
): AsyncGenerator<SettingsParts> {
  const paths: string[] = []
  for await (const { path } of store.files.list(layout.runs(movieId)))
    if (path.endsWith('/plan.json')) paths.push(path)
  for (const path of paths.sort().reverse().slice(0, SETTINGS_RECORDS_READ)) {
    const record = settingsIn(await store.files.read(path), producer)
    if (record !== undefined) yield record
  }
}

/** A record of an earlier version, or one that was damaged, tells nothing. */
function settingsIn(bytes: Uint8Array | undefined, producer: string): SettingsParts | undefined {
  if (bytes === undefined) return undefined
  let content: JsonValue
  try {
    content = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
  const settings =
    isJsonObject(content) && isJsonObject(content.settings) ? content.settings[producer] : undefined
  if (!isJsonObject(settings) || typeof settings.digest !== 'string' || !isJsonObject(settings.parts))
    return undefined
  return settings as unknown as SettingsParts
}

function digestIn(digests: unknown): string | undefined {
  const start = `${SETTINGS_DIGEST}:`
  if (typeof digests !== 'string' || !digests.startsWith(start)) return undefined
  return digests.slice(start.length).split(' ', 1)[0]
}
