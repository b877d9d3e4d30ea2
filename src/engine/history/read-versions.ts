import pLimit from 'p-limit'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import type { Store } from '../../storage/store.js'
import type { WrittenArtifact } from '../operations/override-artifact.js'
import { newestRun } from '../run-shape/newest-run.js'
import { readRunShape } from '../run-shape/read-run-shape.js'
import type { RecordedVersion } from './artifact-version.js'
import { NamesInTime } from './names-in-time.js'
import { VersionHistory } from './version-history.js'

const LOOKUPS_AT_ONCE = 16

export interface VersionsOfArtifact {
  readonly artifactId: ArtifactId
  /** From the oldest on; none when the log has none. */
  readonly versions: readonly RecordedVersion[]
}

/**
 * All versions of an artifact. Reads the log once, and once more when the artifact's element has moved in its list.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`
 */
export async function readVersions(
  store: Store,
  movieId: MovieId,
  artifact: WrittenArtifact,
  signal?: AbortSignal,
): Promise<VersionsOfArtifact> {
  await requireMovie(store, movieId)
  const shape = await readRunShape(store, movieId, await newestRun(store, movieId, signal))
  const artifactId = shape?.find(artifact) ?? artifact.id
  const names = new NamesInTime()
  const collected = new VersionHistory(artifactId)
  await readThrough(store, movieId, signal, logged => {
    names.note(logged)
    collected.note(logged)
  })
  if (!names.hasMoved(artifactId))
    return { artifactId, versions: await lookUpBytes(store, movieId, collected) }
  const renamed = new VersionHistory(artifactId, names.of(artifactId))
  await readThrough(store, movieId, signal, logged => renamed.note(logged))
  return { artifactId, versions: await lookUpBytes(store, movieId, renamed) }
}

async function readThrough(
  store: Store,
  movieId: MovieId,
  signal: AbortSignal | undefined,
  note: VersionHistory['note'],
): Promise<void> {
  for await (const { events } of store.log(movieId).read()) {
    signal?.throwIfAborted()
    for (const logged of events) note(logged)
  }
}

async function lookUpBytes(
  store: Store,
  movieId: MovieId,
  history: VersionHistory,
): Promise<readonly RecordedVersion[]> {
  const blobs = store.blobs(movieId)
  return await pLimit(LOOKUPS_AT_ONCE).map(history.list(), async version => {
    const { blob } = version
    const isThere = blob === undefined || (await blobs.sizeOf(blob.hash)) !== undefined
    return isThere ? version : { ...version, isMissing: true as const }
  })
}
