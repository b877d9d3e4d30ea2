import type { MovieId } from '../../../../model/id.js'
import type { EngineFiles } from '../../../engine-files.js'
import type { PackFolder } from '../pack-folder.js'
import { ObjectPackFolder } from './object-pack-folder.js'

/**
 * Packs for a movie. A cache has none: it is read by hash alone, grows for ever and is put together by nobody, so that
 * every process would read the index of everything in it.
 */
export function objectPacks(movie: MovieId | undefined, files: EngineFiles): PackFolder | undefined {
  return movie === undefined ? undefined : new ObjectPackFolder(movie, files)
}
