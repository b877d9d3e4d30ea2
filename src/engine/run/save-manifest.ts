import { ManifestConflictError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { LoadedManifest, LogWriter, Store } from '../../storage/store.js'

const SAVE_ATTEMPTS = 3

export interface ManifestBasis {
  readonly movie: MovieState
  readonly writer: LogWriter
  /** The newest revision that was loaded. */
  readonly manifest: LoadedManifest | undefined
}

/** The manifest is a fold of the log, so after a conflict the fold is simply saved over the newer revision. */
export async function saveManifest(
  store: Store,
  movieId: MovieId,
  savedAt: string,
  { movie, writer, manifest }: ManifestBasis,
): Promise<LoadedManifest> {
  const manifests = store.manifests(movieId)
  let previous = manifest
  for (let attempt = 1; ; attempt++) {
    const header = { position: writer.position, savedAt, lastRun: movie.lastRun, ...movie.costRecord() }
    try {
      return await manifests.save({ header, artifacts: movie.artifacts(), jobs: movie.jobs() }, previous)
    } catch (error) {
      if (!(error instanceof ManifestConflictError) || attempt === SAVE_ATTEMPTS) throw error
      previous = await manifests.load({ artifact: () => {}, job: () => {} })
      if (previous && previous.header.position.seq > writer.position.seq) throw error
    }
  }
}
