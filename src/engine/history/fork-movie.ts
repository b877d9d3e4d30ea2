import pLimit from 'p-limit'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import { isShowrunnerError, ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { BlobRef, LoggedEvent } from '../../model/movie/event.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import { type ActionLease, withLease } from '../operations/with-lease.js'
import type { SignalOptions } from '../signal/signal-options.js'
import { findMoments } from './find-moments.js'
import type { LogMoment, MomentFound } from './log-moment.js'

/** What `movie.fork()` takes. */
export interface ForkOptions extends SignalOptions {
  /** The new movie's name. */
  readonly as: string
  /** The new movie has what was there then. @default now */
  readonly at?: LogMoment | undefined
}

/** What `movie.fork()` has made. */
export interface ForkResult {
  /** The new movie's name. */
  readonly movieId: MovieId
  /** The movie that it comes from. */
  readonly from: MovieId
  /** The moment up to which they are the same. */
  readonly at: MomentFound
  /** Blobs of the new movie. */
  readonly blobs: number
  /** Of them, those that are the same files, or were copied by the store itself; the others were copied. */
  readonly sharedBlobs: number
  /** Blobs that the log names and the store does not have any more, as after `gc --gone`. */
  readonly missingBlobs: number
}

/** Smaller ones share packs, which cannot be had in part. */
const SHARED_BLOB_BYTES = 64 * 1024
const BLOBS_AT_ONCE = 16

/**
 * Makes a movie whose log is that of another one up to a moment. Its log comes last, and whole: until then there is no
 * such movie, and an attempt that was interrupted is repeated.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `USAGE_INVALID` when the new name is taken; MovieBusyError
 */
export async function forkMovie(
  store: Store,
  from: MovieId,
  to: MovieId,
  { at, signal }: ForkOptions,
): Promise<ForkResult> {
  await requireMovie(store, from)
  const [found] = await findMoments(store, from, [{ moment: at, side: 'after' }], signal)
  if (found!.seq === 0)
    throw new ShowrunnerError('USAGE_INVALID', `Before its first event "${from}" has nothing to fork.`)
  return await withLease(store, to, lease => fork({ store, from, to, at: found! }, lease), { signal })
}

interface Fork {
  readonly store: Store
  readonly from: MovieId
  readonly to: MovieId
  readonly at: MomentFound
}

async function fork(forking: Fork, { throwIfLost }: ActionLease): Promise<ForkResult> {
  const { store, from, to, at } = forking
  const isTaken = async () =>
    (await store.log(to).exists()) || (await store.manifests(to).newestRevision()) > 0
  if (await isTaken()) throw nameTaken(forking)
  const blobs = new Map<string, BlobRef>()
  const runs = new Set<string>()
  for await (const events of eventsUpTo(forking))
    for (const { event } of events) {
      if (event.type === 'artifact' && event.blob) blobs.set(event.blob.hash, event.blob)
      if (event.type === 'run.started') runs.add(event.runId)
    }
  const counts = { shared: 0, missing: 0 }
  await pLimit(BLOBS_AT_ONCE).map(blobs.values(), async blob => {
    throwIfLost()
    const how = await giveBlob(forking, blob)
    if (how !== 'copied') counts[how]++
  })
  const folder = layout.runs(from)
  for await (const { path, sizeBytes } of store.files.list(folder)) {
    throwIfLost()
    const rest = path.slice(folder.length)
    if (runs.has(rest.split('/')[1]!))
      await store.files.create(`${layout.runs(to)}${rest}`, store.files.readRange(path, 0, sizeBytes))
  }
  throwIfLost()
  if ((await store.log(to).create(eventsUpTo(forking))) === 'exists') throw nameTaken(forking)
  const { shared, missing } = counts
  return {
    movieId: to,
    from,
    at,
    blobs: blobs.size - missing,
    sharedBlobs: shared,
    missingBlobs: missing,
  }
}

async function* eventsUpTo({ store, from, at }: Fork): AsyncGenerator<readonly LoggedEvent[]> {
  for await (const { events } of store.log(from).read()) {
    const last = events.at(-1)
    if (last === undefined) continue
    if (last.seq <= at.seq) yield events
    else yield events.filter(({ seq }) => seq <= at.seq)
    if (last.seq >= at.seq) return
  }
}

async function giveBlob({ store, from, to }: Fork, blob: BlobRef): Promise<'shared' | 'copied' | 'missing'> {
  const target = store.blobs(to)
  if (blob.sizeBytes > SHARED_BLOB_BYTES && store.files.share) {
    const path = layout.blob(from, blob.hash)
    const isWhole = (await store.files.size(path)) === blob.sizeBytes
    if (isWhole && (await store.files.share(path, layout.blob(to, blob.hash)))) return 'shared'
  }
  if ((await target.sizeOf(blob.hash)) === blob.sizeBytes) return 'copied'
  try {
    await target.put(store.blobs(from).readStream(blob), blob.mimeType)
    return 'copied'
  } catch (error) {
    if (isShowrunnerError(error) && error.code === 'BLOB_MISSING') return 'missing'
    throw error
  }
}

const nameTaken = ({ store, to }: Fork): ShowrunnerError =>
  new ShowrunnerError(
    'USAGE_INVALID',
    `There is a movie "${to}" in ${store.url} already. Give the new one another name.`,
  )
