import pLimit from 'p-limit'
import { requireMovie } from '../coordinator/recover.js'
import type { MovieId } from '../model/id.js'
import { GC_MANIFESTS_KEPT, GC_TEMPORARY_KEEP_MS } from '../model/limit.js'
import { LOG_START } from '../model/manifest.js'
import { filesBelow } from '../storage/files-below.js'
import { blobHashOf, isTemporaryName, layout, revisionOf } from '../storage/layout.js'
import type { Compaction, EventBatch, Store } from '../storage/store.js'
import { withLease } from './with-lease.js'

export interface GcOptions {
  /** Says what would be removed, and removes nothing. @default false */
  readonly dryRun?: boolean | undefined
}

export interface GcResult {
  readonly movieId: MovieId
  readonly isDryRun: boolean
  /** Blobs and files removed, and their bytes. */
  readonly removed: { readonly blobs: number; readonly manifests: number; readonly temporary: number }
  readonly removedBytes: number
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
  { dryRun = false }: GcOptions,
): Promise<GcResult> {
  await requireMovie(store, movieId)
  return dryRun ? await plannedGc(store, movieId) : await carriedOutGc(store, movieId)
}

async function plannedGc(store: Store, movieId: MovieId): Promise<GcResult> {
  const named = new NamedBlobs()
  for await (const batch of store.log(movieId).read()) named.note(batch)
  const found = await findGarbage(store, movieId, named.hashes)
  const packed = await store.blobs(movieId).compact(named.has, { isDryRun: true, beforeDelete: () => {} })
  return resultOf(movieId, true, found, packed, 0)
}

async function carriedOutGc(store: Store, movieId: MovieId): Promise<GcResult> {
  return await withLease(store, movieId, async ({ holder, throwIfLost }) => {
    const log = store.log(movieId)
    const named = new NamedBlobs()
    const writer = await log.openWriter({ holder, after: LOG_START, onBatch: named.note })
    try {
      const found = await findGarbage(store, movieId, named.hashes)
      const files = await store.files()
      await pLimit(DELETES_AT_ONCE).map(found.garbage, async ({ path }) => {
        throwIfLost()
        await files.deleteFile(path)
      })
      const options = { isDryRun: false, beforeDelete: throwIfLost }
      const packed = await store.blobs(movieId).compact(named.has, options)
      return resultOf(movieId, false, found, packed, await log.pack())
    } finally {
      await writer.close()
    }
  })
}

/** Every blob that an event names, also those of earlier versions. */
class NamedBlobs {
  readonly hashes = new Set<string>()

  readonly has = (hash: string): boolean => this.hashes.has(hash)

  readonly note = ({ events }: EventBatch): void => {
    for (const { event } of events)
      if (event.type === 'artifact' && event.blob) this.hashes.add(event.blob.hash)
  }
}

function resultOf(
  movieId: MovieId,
  isDryRun: boolean,
  { garbage, keptBlobs }: Found,
  packed: Compaction,
  packedSegments: number,
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
    keptBlobs: keptBlobs + packed.keptBlobs,
    packedSegments,
  }
}

interface Found {
  readonly garbage: readonly Garbage[]
  readonly keptBlobs: number
}

async function findGarbage(store: Store, movieId: MovieId, named: ReadonlySet<string>): Promise<Found> {
  const garbage: Garbage[] = []
  let keptBlobs = 0
  const blobs = layout.blobs(movieId)
  for await (const { path, sizeBytes } of filesBelow(store, blobs)) {
    const hash = blobHashOf(path.slice(blobs.length + 1))
    if (hash === undefined) continue
    if (named.has(hash)) keptBlobs++
    else garbage.push({ kind: 'blobs', path, sizeBytes })
  }
  const manifests: { path: string; sizeBytes: number; revision: number }[] = []
  const revisions = layout.manifests(movieId)
  for await (const file of filesBelow(store, revisions)) {
    const revision = revisionOf(file.path.slice(revisions.length + 1))
    if (revision !== undefined) manifests.push({ ...file, revision })
  }
  manifests.sort((a, b) => b.revision - a.revision)
  for (const { path, sizeBytes } of manifests.slice(GC_MANIFESTS_KEPT)) {
    garbage.push({ kind: 'manifests', path, sizeBytes })
  }
  const temporary = layout.temporary(movieId)
  for await (const { path, sizeBytes, modifiedAtMs } of filesBelow(store, temporary)) {
    const isOld = Date.now() - modifiedAtMs > GC_TEMPORARY_KEEP_MS
    if (isOld && isTemporaryName(path.slice(temporary.length + 1))) {
      garbage.push({ kind: 'temporary', path, sizeBytes })
    }
  }
  return { garbage, keptBlobs }
}
