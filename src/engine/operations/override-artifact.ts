import { evolve } from '../../coordinator/state/evolve.js'
import { openMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import { didYouMean } from '../../diagnostics/nearest-name.js'
import type { WrittenAddress } from '../../model/artifact-address.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import type { ArtifactMade, MovieEvent } from '../../model/movie/event.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import { untilAborted } from '../../model/until-aborted.js'
import type { Store } from '../../storage/store.js'
import type { EditOptions } from '../config/requests.js'
import { type EditedContent, editedVersion } from '../review/edited-version.js'
import { readRunShape } from '../run-shape/read-run-shape.js'
import { type ActionLease, withLease } from './with-lease.js'

/** An artifact as somebody has written it; `id` where no element of the last run is meant by that. */
export type WrittenArtifact = WrittenAddress & { readonly id: ArtifactId }

const NAMES_COMPARED = 10_000

/**
 * Records a user's own version of an artifact and pins it: later runs keep it, and regenerate what reads it.
 * @throws ShowrunnerError `ARTIFACT_UNKNOWN`, `EDIT_CONFLICT`, `USAGE_INVALID` for content of another kind;
 * MovieBusyError while a run is in progress
 */
export async function editArtifact(
  store: Store,
  movieId: MovieId,
  artifact: WrittenArtifact,
  content: EditedContent,
  { base, signal }: EditOptions,
): Promise<ArtifactRecord> {
  const decide: Decide = async (current, timestamp) => {
    if (base !== undefined && base !== current.hash) throw editConflict(current, base)
    const version = await editedVersion(store, movieId, current, content)
    const made: ArtifactMade = { type: 'artifact', artifactId: current.artifactId, ...version, timestamp }
    return [made, { type: 'artifact.pinned', artifactId: current.artifactId, isEdited: true, timestamp }]
  }
  return await changeArtifact(store, movieId, artifact, decide, signal)
}

/** Keeps an artifact as it is. @throws like {@link editArtifact} */
export function pinArtifact(
  store: Store,
  movieId: MovieId,
  artifact: WrittenArtifact,
  signal?: AbortSignal,
): Promise<ArtifactRecord> {
  const decide: Decide = ({ artifactId: id, override }, timestamp) => {
    if (override === 'pinned' || override === 'edited') return []
    // What was unpinned is a user's own version still.
    const isEdited = override === 'unpinned' ? ({ isEdited: true } as const) : {}
    return [{ type: 'artifact.pinned', artifactId: id, ...isEdited, timestamp }]
  }
  return changeArtifact(store, movieId, artifact, decide, signal)
}

/** Gives an artifact back to its job. @throws like {@link editArtifact} */
export function unpinArtifact(
  store: Store,
  movieId: MovieId,
  artifact: WrittenArtifact,
  signal?: AbortSignal,
): Promise<ArtifactRecord> {
  const decide: Decide = ({ artifactId: id, override }, timestamp) =>
    override === 'pinned' || override === 'edited'
      ? [{ type: 'artifact.unpinned', artifactId: id, timestamp }]
      : []
  return changeArtifact(store, movieId, artifact, decide, signal)
}

type Decide = (
  current: ArtifactRecord,
  timestamp: string,
  movie: MovieState,
) => readonly MovieEvent[] | Promise<readonly MovieEvent[]>

/** Appends what `decide` makes of the current version, unless aborted before; returns the version that is there then. */
export async function changeArtifact(
  store: Store,
  movieId: MovieId,
  artifact: WrittenArtifact,
  decide: Decide,
  signal: AbortSignal | undefined,
): Promise<ArtifactRecord> {
  await untilAborted(requireMovie(store, movieId), signal)
  const act = async ({ holder, throwIfLost }: ActionLease) => {
    const { movie, writer } = await openMovie(store, movieId, new MapSlots(), holder)
    try {
      throwIfLost()
      const shape = await readRunShape(store, movieId, movie.lastRun?.runId)
      const artifactId = shape?.find(artifact) ?? artifact.id
      const events = await decide(currentVersion(movie, artifactId), new Date().toISOString(), movie)
      throwIfLost()
      await writer.append(events)
      for (const event of events) evolve(movie, event)
      return currentVersion(movie, artifactId)
    } finally {
      await writer.close()
    }
  }
  return await withLease(store, movieId, act, { signal })
}

function currentVersion(movie: MovieState, artifactId: string): ArtifactRecord {
  const current = movie.artifact(movie.slots.artifactSlot(artifactId as ArtifactId))
  if (current !== undefined) return current
  const names: string[] = []
  for (const record of movie.artifacts()) if (names.push(record.artifactId) === NAMES_COMPARED) break
  throw new ShowrunnerError(
    'ARTIFACT_UNKNOWN',
    `The movie has no artifact "${artifactId.slice(0, 200)}".${didYouMean(artifactId, names)} "showrunner artifacts" lists them.`,
  )
}

function editConflict({ artifactId, hash, override }: ArtifactRecord, base: string): ShowrunnerError {
  const whose = override === 'edited' ? 'another edit' : 'its job'
  return new ShowrunnerError(
    'EDIT_CONFLICT',
    `${artifactId} is no longer the version ${base} that this edit starts from, which ${whose} has replaced with ${hash}. Compare the two, then edit again with the newer one as the base.`,
    { details: { artifactId, base, current: hash } },
  )
}
