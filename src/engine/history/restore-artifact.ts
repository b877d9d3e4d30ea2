import { ShowrunnerError } from '../../model/error/error.js'
import { jobOf, type MovieId } from '../../model/id.js'
import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Store } from '../../storage/store.js'
import { changeArtifact, type WrittenArtifact } from '../operations/override-artifact.js'
import type { RecordedVersion } from './artifact-version.js'
import { readVersions, type VersionsOfArtifact } from './read-versions.js'

/** The beginning of a hash that is long enough to name a version. */
const HASH_PREFIX = /^[0-9a-f]{6,64}$/

/**
 * Makes an earlier version of an artifact the current one, and pins it. Writes nothing when it is current and pinned.
 * @param wanted the number of the version, or its hash, or the first six digits of that or more
 * @throws ShowrunnerError `ARTIFACT_UNKNOWN`, `USAGE_INVALID` for a version that there is not, `BLOB_MISSING` when its
 * bytes are gone; MovieBusyError while a run is in progress
 */
export async function restoreArtifact(
  store: Store,
  movieId: MovieId,
  artifact: WrittenArtifact,
  wanted: number | string,
  signal?: AbortSignal,
): Promise<ArtifactRecord> {
  const found = await readVersions(store, movieId, artifact, signal)
  return await changeArtifact(
    store,
    movieId,
    artifact,
    async (current, timestamp, movie) => {
      const version = versionNamed(found, wanted)
      const { blob } = version
      // Looked at as the movie's only writer: gc cannot remove it now.
      if (blob && (await store.blobs(movieId).sizeOf(blob.hash)) === undefined)
        throw bytesGone(found, version)
      return restoring(current, version, movie, timestamp)
    },
    signal,
  )
}

function restoring(
  { artifactId, hash, override }: ArtifactRecord,
  version: RecordedVersion,
  movie: MovieState,
  timestamp: string,
): MovieEvent[] {
  const isThere = hash === version.hash
  if (isThere && (override === 'pinned' || override === 'edited')) return []
  const { blob, value = null, seq } = version
  const content = blob ? { blob } : { value }
  const made: ArtifactMade = {
    type: 'artifact',
    artifactId,
    ...content,
    hash: version.hash,
    restored: seq,
    timestamp,
  }
  // Made from what its job reads today, it is as good as what the job would make: unpinned, it stays.
  const { inputsHash } = version
  const today = movie.inputsHashes.get(movie.slots.jobSlot(jobOf(artifactId)))
  const isOfToday = isThere ? override === undefined : inputsHash !== undefined && inputsHash === today
  const isEdited = isOfToday ? {} : ({ isEdited: true } as const)
  return [...(isThere ? [] : [made]), { type: 'artifact.pinned', artifactId, ...isEdited, timestamp }]
}

function versionNamed(found: VersionsOfArtifact, wanted: number | string): RecordedVersion {
  const { artifactId, versions } = found
  const named = versions.filter(({ version, hash }) =>
    typeof wanted === 'number' ? version === wanted : HASH_PREFIX.test(wanted) && hash.startsWith(wanted),
  )
  const [last] = named.slice(-1)
  if (last === undefined)
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `${artifactId} has no version ${String(wanted).slice(0, 80)}: it has ${counted(versions.length)}. "showrunner artifacts <movie> --versions "${artifactId}"" lists them; name one by its number, or by the first digits of its hash.`,
    )
  if (named.some(({ hash }) => hash !== last.hash))
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `${wanted} is the beginning of the hashes of several versions of ${artifactId}. Give more digits, or the number of the version.`,
    )
  return last
}

const counted = (count: number): string => (count === 1 ? '1 version' : `${count} versions`)

const bytesGone = ({ artifactId }: VersionsOfArtifact, { version, hash }: RecordedVersion): ShowrunnerError =>
  new ShowrunnerError(
    'BLOB_MISSING',
    `Version ${version} of ${artifactId} cannot be restored: its bytes (${hash}) are not in the store any more. Restore the file from a copy of the store, or regenerate the artifact.`,
    { details: { artifactId, version, hash } },
  )
