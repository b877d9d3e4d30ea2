import pLimit from 'p-limit'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import { LOG_START } from '../../model/movie/log-position.js'
import { untilAborted } from '../../model/until-aborted.js'
import { blobHashOf, isTemporaryName, layout, revisionOf } from '../../storage/layout.js'
import type { Compaction, EventBatch, Store } from '../../storage/store.js'
import type { GcOptions } from '../config/requests.js'
import { NamedBlobs, readNamedBlobs } from './named-blobs.js'
import { goneArtifacts, removeGone } from './remove-gone.js'
import { withLease } from './with-lease.js'

/** Newest manifests that gc keeps. */
const GC_MANIFESTS_KEPT = 3
/** Temporary files that gc takes for left behind. */
const GC_TEMPORARY_KEEP_MS = 60 * 60_000

/** What `movie.gc()` has removed, or would remove. */
export interface GcResult {
  /** The movie's name. */
  readonly movieId: MovieId
  /** Nothing was removed. */
  readonly isDryRun: boolean
  /** Blobs and files removed, and their bytes. */
  readonly removed: {
    /** Blobs that no event names. */
    readonly blobs: number
    /** Manifests before the newest three. */
    readonly manifests: number
    /** Temporary files older than an hour. */
    readonly temporary: number
  }
  /** How many bytes those had. */
  readonly removedBytes: number
  /** With `goneArtifacts`: how many those were. */
  readonly removedArtifacts?: number
  /** Blobs that events name. */
  readonly keptBlobs: number
  /** Segments of the log that were put together for readers; they stay as well. */
  readonly packedSegments: number
}

interface Garbage {
  readonly kind: keyof GcResult['removed']
  readonly path: string
  readonly sizeBytes: number
}

const DELETES_AT_ONCE = 16

/**
 * Removes what nothing needs any more, and only files that the engine itself could have made: blobs that no event names, manifests but for the newest, and temporary
 * files of writers that died; packs a log of many segments. Takes the movie's lease and opens its log, so that no
 * run can name a blob that is being removed: an older writer is fenced out, a newer one has to wait.
 * @throws MovieBusyError while a run is in progress; `MOVIE_NOT_FOUND`, `LOG_CORRUPT`
 */
export async function gcMovie(
  store: Store,
  movieId: MovieId,
  { dryRun = false, goneArtifacts: withGone = false, signal }: GcOptions,
): Promise<GcResult> {
  await requireMovie(store, movieId)
  if (dryRun) return await untilAborted(plannedGc(store, movieId, withGone), signal)
  return await carriedOutGc(store, movieId, withGone, signal)
}

async function plannedGc(store: Store, movieId: MovieId, withGone: boolean): Promise<GcResult> {
  const gone = withGone ? await goneArtifacts(store, movieId) : undefined
  const named = await readNamedBlobs(store, movieId, gone)
  const found = await findGarbage(store, movieId, named)
  const packed = await store.blobs(movieId).compact(named.has, { isDryRun: true, beforeDelete: () => {} })
  return resultOf(movieId, gone, { isDryRun: true, found, packed, packedSegments: 0 })
}

async function carriedOutGc(
  store: Store,
  movieId: MovieId,
  withGone: boolean,
  signal: AbortSignal | undefined,
): Promise<GcResult> {
  return await withLease(
    store,
    movieId,
    async ({ holder, throwIfLost }) => {
      const gone = withGone ? await removeGone(store, movieId, holder) : undefined
      const log = store.log(movieId)
      const everNamed = new NamedBlobs()
      const onBatch = ({ events }: EventBatch) => {
        for (const logged of events) everNamed.note(logged)
      }
      const writer = await log.openWriter({ holder, after: LOG_START, onBatch })
      try {
        const named = await everNamed.withoutRemoved(store, movieId)
        const found = await findGarbage(store, movieId, named)
        await pLimit(DELETES_AT_ONCE).map(found.garbage, async ({ path }) => {
          throwIfLost()
          await store.files.delete(path)
        })
        const options = { isDryRun: false, beforeDelete: throwIfLost }
        const packed = await store.blobs(movieId).compact(named.has, options)
        return resultOf(movieId, gone, { isDryRun: false, found, packed, packedSegments: await log.pack() })
      } finally {
        await writer.close()
      }
    },
    { signal },
  )
}

interface Outcome {
  readonly isDryRun: boolean
  readonly found: Found
  readonly packed: Compaction
  readonly packedSegments: number
}

function resultOf(
  movieId: MovieId,
  gone: readonly ArtifactId[] | undefined,
  { isDryRun, found: { garbage, keptBlobs }, packed, packedSegments }: Outcome,
): GcResult {
  const count = (kind: Garbage['kind']) => garbage.filter(found => found.kind === kind).length
  return {
    movieId,
    isDryRun,
    removed: {
      blobs: count('blobs') + packed.removedBlobs,
      manifests: count('manifests'),
      temporary: count('temporary'),
    },
    removedBytes: garbage.reduce((sum, { sizeBytes }) => sum + sizeBytes, packed.removedBytes),
    ...(gone && { removedArtifacts: gone.length }),
    keptBlobs: keptBlobs + packed.keptBlobs,
    packedSegments,
  }
}

interface Found {
  readonly garbage: readonly Garbage[]
  readonly keptBlobs: number
}

async function findGarbage(store: Store, movieId: MovieId, named: NamedBlobs): Promise<Found> {
  const garbage: Garbage[] = []
  let keptBlobs = 0
  const blobs = layout.blobs(movieId)
  for await (const { path, sizeBytes } of store.files.list(blobs)) {
    const hash = blobHashOf(path.slice(blobs.length + 1))
    if (hash === undefined) continue
    if (named.has(hash)) keptBlobs++
    else garbage.push({ kind: 'blobs', path, sizeBytes })
  }
  const manifests: { path: string; sizeBytes: number; revision: number }[] = []
  const revisions = layout.manifests(movieId)
  for await (const file of store.files.list(revisions)) {
    const revision = revisionOf(file.path.slice(revisions.length + 1))
    if (revision !== undefined) manifests.push({ ...file, revision })
  }
  manifests.sort((a, b) => b.revision - a.revision)
  for (const { path, sizeBytes } of manifests.slice(GC_MANIFESTS_KEPT)) {
    garbage.push({ kind: 'manifests', path, sizeBytes })
  }
  const temporary = layout.temporary(movieId)
  for await (const { path, sizeBytes, modifiedAtMs } of store.files.list(temporary)) {
    const isOld = Date.now() - modifiedAtMs > GC_TEMPORARY_KEEP_MS
    if (isOld && isTemporaryName(path.slice(temporary.length + 1))) {
      garbage.push({ kind: 'temporary', path, sizeBytes })
    }
  }
  return { garbage, keptBlobs }
}
