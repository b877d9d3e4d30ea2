import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { ValueMemory } from '../../model/movie/column/value-columns.js'
import { isOfJobs } from '../../model/movie/event-subject.js'
import { expansionKey } from '../../model/movie/expansion.js'
import { restoreHeader } from '../../model/movie/header-record.js'
import { LOG_START, type LogPosition } from '../../model/movie/log-position.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { restoreJob } from '../../model/movie/restore-job.js'
import type { SlotIndex } from '../../model/movie/slots.js'
import type { EventBatch, LoadedManifest, LogWriter, Store } from '../../storage/store.js'
import { evolve } from './evolve.js'

export interface FoldedMovie {
  readonly movie: MovieState
  readonly manifest: LoadedManifest | undefined
  readonly position: LogPosition
  /** True when the log holds events of jobs or artifacts that the manifest does not. */
  readonly isAheadOfManifest: boolean
}

export interface OpenedMovie extends FoldedMovie {
  readonly writer: LogWriter
}

class Folder {
  position: LogPosition
  isAhead = false
  readonly movie: MovieState

  constructor(movie: MovieState, position: LogPosition) {
    this.movie = movie
    this.position = position
  }

  readonly fold = (batch: EventBatch): void => {
    for (const { event } of batch.events) {
      evolve(this.movie, event)
      if (isOfJobs(event)) this.isAhead = true
    }
    this.position = batch.position
  }
}

async function loadManifest(store: Store, movieId: MovieId, slots: SlotIndex, memory: ValueMemory = 'heap') {
  const movie = new MovieState(slots, memory)
  const manifest = await store.manifests(movieId).load({
    list: list => movie.expansions.set(expansionKey(list.loop, list.parents), list),
    artifact: record => movie.restoreArtifact(record),
    job: record => restoreJob(movie, record),
    result: record => movie.past.add(record),
  })
  if (manifest) restoreHeader(movie, manifest.header)
  return { manifest, folder: new Folder(movie, manifest?.header.position ?? LOG_START) }
}

/**
 * Reads a movie: its newest manifest, and the log after it, folded.
 * @throws ShowrunnerError `LOG_CORRUPT`, `MANIFEST_CORRUPT`
 */
export async function readMovie(
  store: Store,
  movieId: MovieId,
  slots: SlotIndex,
  memory?: ValueMemory,
): Promise<FoldedMovie> {
  const { manifest, folder } = await loadManifest(store, movieId, slots, memory)
  // A manifest without its log is a damaged movie: the read throws.
  for await (const batch of store.log(movieId).read(folder.position)) folder.fold(batch)
  return { movie: folder.movie, manifest, position: folder.position, isAheadOfManifest: folder.isAhead }
}

/**
 * Reads a movie in the same way, and becomes its writer.
 * @throws ShowrunnerError as `readMovie`, and what opening the log throws
 */
export async function openMovie(
  store: Store,
  movieId: MovieId,
  slots: SlotIndex,
  holder: string,
): Promise<OpenedMovie> {
  const { manifest, folder } = await loadManifest(store, movieId, slots)
  const writer = await store.log(movieId).openWriter({ holder, after: folder.position, onBatch: folder.fold })
  return {
    movie: folder.movie,
    manifest,
    position: writer.position,
    isAheadOfManifest: folder.isAhead,
    writer,
  }
}

/** @throws ShowrunnerError `MOVIE_NOT_FOUND` */
export async function requireMovie(store: Store, movieId: MovieId): Promise<void> {
  if (await store.log(movieId).exists()) return
  if ((await store.manifests(movieId).newestRevision()) > 0) return
  throw new ShowrunnerError(
    'MOVIE_NOT_FOUND',
    `There is no movie "${movieId}" in ${store.url}. "showrunner list" shows the movies that are there.`,
    { details: { movieId, store: store.url } },
  )
}
