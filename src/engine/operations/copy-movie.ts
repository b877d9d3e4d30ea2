import pLimit from 'p-limit'
import { evolve } from '../../coordinator/state/evolve.js'
import { manifestContent } from '../../coordinator/state/manifest-content.js'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { BlobRef, MovieEvent } from '../../model/movie/event.js'
import { eventJson } from '../../model/movie/event-json.js'
import { LOG_START, type LogPosition } from '../../model/movie/log-position.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import { sha256 } from '../../model/sha256.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import { readNamedBlobs } from './named-blobs.js'
import { type ActionLease, withLease } from './with-lease.js'

/** What `movie.copyTo()` has copied. */
export interface CopyResult {
  /** The movie's name, in both stores. */
  readonly movieId: MovieId
  /** The URL of the store that it was read from. */
  readonly from: string
  /** The URL of the store that it was written to. */
  readonly to: string
  /** Events in the copy's log that come from the source; its writers' own come on top. */
  readonly events: number
  /** How many blobs. */
  readonly blobs: number
  /** How many bytes the blobs have. */
  readonly blobBytes: number
}

const BLOBS_AT_ONCE = 16
const EVENTS_AT_ONCE = 2_000

/**
 * Copies a movie into another store: blobs first, each with its hash checked, then the records of its runs, then
 * the log, event by event, and a manifest. What a copy that was interrupted has done is not done again.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `BLOB_CORRUPT`, `BLOB_MISSING`, `USAGE_INVALID` when the other store
 * has a movie of that name with another story; MovieBusyError
 */
export async function copyMovie(
  from: Store,
  to: Store,
  movieId: MovieId,
  signal?: AbortSignal,
): Promise<CopyResult> {
  await requireMovie(from, movieId)
  if (from.url === to.url)
    throw new ShowrunnerError('USAGE_INVALID', `The movie is in ${to.url} already. Copy it to another store.`)
  return await withLease(
    to,
    movieId,
    async ({ holder, throwIfLost }) => {
      const blobs = await blobsOf(from, movieId)
      const blobBytes = await copyBlobs(from, to, movieId, blobs, throwIfLost)
      for await (const { path, sizeBytes } of from.files.list(layout.runs(movieId))) {
        throwIfLost()
        await to.files.create(path, from.files.readRange(path, 0, sizeBytes))
      }
      const events = await copyLog(from, to, movieId, { holder, throwIfLost })
      return { movieId, from: from.url, to: to.url, events, blobs: blobs.length, blobBytes }
    },
    { signal },
  )
}

/** Opening and closing writers is each log's own business. */
const isStory = ({ type }: MovieEvent): boolean => type !== 'writer.opened' && type !== 'writer.closed'

async function* storyOf(store: Store, movieId: MovieId): AsyncGenerator<MovieEvent> {
  for await (const { events } of store.log(movieId).read()) {
    for (const { event } of events) if (isStory(event)) yield event
  }
}

async function blobsOf(store: Store, movieId: MovieId): Promise<BlobRef[]> {
  return [...(await readNamedBlobs(store, movieId)).blobs.values()]
}

async function copyBlobs(
  from: Store,
  to: Store,
  movieId: MovieId,
  blobs: readonly BlobRef[],
  throwIfLost: () => void,
): Promise<number> {
  const source = from.blobs(movieId)
  const target = to.blobs(movieId)
  let bytes = 0
  await pLimit(BLOBS_AT_ONCE).map(blobs, async blob => {
    throwIfLost()
    bytes += blob.sizeBytes
    if ((await target.sizeOf(blob.hash)) === blob.sizeBytes) return
    // The reader checks the hash at its end, and the writer names the bytes by what it has hashed itself.
    await target.put(source.readStream(blob), blob.mimeType)
  })
  return bytes
}

/** Appends what the copy does not have; returns how many events it has then. */
async function copyLog(
  from: Store,
  to: Store,
  movieId: MovieId,
  { holder, throwIfLost }: ActionLease,
): Promise<number> {
  const movie = new MovieState(new MapSlots(), 'packed')
  const copied = new Story()
  const writer = await to.log(movieId).openWriter({
    holder,
    after: LOG_START,
    onBatch: ({ events }) => {
      for (const { event } of events) {
        evolve(movie, event)
        if (isStory(event)) copied.add(event)
      }
    },
  })
  try {
    const story = new Story()
    let part: MovieEvent[] = []
    const appendPart = async () => {
      throwIfLost()
      await writer.append(part)
      for (const event of part) evolve(movie, event)
      part = []
    }
    for await (const event of storyOf(from, movieId)) {
      story.add(event)
      if (story.count === copied.count && story.hash !== copied.hash) throw otherStory(to, movieId)
      if (story.count > copied.count && part.push(event) === EVENTS_AT_ONCE) await appendPart()
    }
    if (story.count < copied.count) throw otherStory(to, movieId)
    await appendPart()
    await saveCopy(to, movieId, movie, writer.position, story.count > copied.count)
    return story.count
  } finally {
    await writer.close()
  }
}

/** A fingerprint of all events so far. */
class Story {
  count = 0
  hash = ''

  add(event: MovieEvent): void {
    this.count++
    this.hash = sha256(this.hash + eventJson(event))
  }
}

async function saveCopy(
  store: Store,
  movieId: MovieId,
  movie: MovieState,
  position: LogPosition,
  hasGrown: boolean,
): Promise<void> {
  const manifests = store.manifests(movieId)
  const previous = await manifests.load({ artifact: () => {}, job: () => {} })
  if (!hasGrown && previous !== undefined) return
  await manifests.save(manifestContent(movie, position, new Date().toISOString()), previous)
}

function otherStory(store: Store, movieId: MovieId): ShowrunnerError {
  return new ShowrunnerError(
    'USAGE_INVALID',
    `There is a movie "${movieId}" in ${store.url} already, and it is not the beginning of this one. Copy to another store, or remove it there.`,
  )
}
