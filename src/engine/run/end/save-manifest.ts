import { manifestContent } from '../../../coordinator/state/manifest-content.js'
import { isShowrunnerError, ManifestConflictError } from '../../../model/error/error.js'
import type { MovieId } from '../../../model/id.js'
import type { MovieState } from '../../../model/movie/movie-state.js'
import type { Plan } from '../../../plan/plan.js'
import { variantOf } from '../../../plan/up-to-date/variant-of.js'
import type { LoadedManifest, LogWriter, ManifestBase, ManifestStore, Store } from '../../../storage/store.js'

const SAVE_ATTEMPTS = 3

export interface ManifestBasis {
  readonly movie: MovieState
  readonly writer: LogWriter
  /** The newest revision that was loaded. */
  readonly manifest: LoadedManifest | undefined
}

/**
 * The manifest is a fold of the log, so after a conflict the fold is saved upon whatever is the newest revision now:
 * one that another process saved, or a file that somebody has changed.
 * @param plan absent: the movie is saved without one
 */
export async function saveManifest(
  store: Store,
  movieId: MovieId,
  savedAt: string,
  { movie, writer, manifest }: ManifestBasis,
  plan?: Plan,
): Promise<LoadedManifest> {
  const manifests = store.manifests(movieId)
  const content = manifestContent(movie, writer.position, savedAt, plan && variantOf(plan))
  let previous: ManifestBase | undefined = manifest
  for (let attempt = 1; ; attempt++) {
    try {
      return await manifests.save(content, previous)
    } catch (error) {
      if (!(error instanceof ManifestConflictError) || attempt === SAVE_ATTEMPTS) throw error
      if ((await seqOf(manifests)) > writer.position.seq) throw error
      previous = await manifests.newest()
    }
  }
}

/** How much of the log the newest revision covers; 0 for a file that is no manifest. */
async function seqOf(manifests: ManifestStore): Promise<number> {
  try {
    return (await manifests.lookUp())?.header.position.seq ?? 0
  } catch (error) {
    if (isShowrunnerError(error) && error.code === 'MANIFEST_CORRUPT') return 0
    throw error
  }
}
