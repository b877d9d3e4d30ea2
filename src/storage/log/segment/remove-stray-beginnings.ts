import type { MovieId } from '../../../model/id.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout } from '../../layout.js'
import { parseSegment } from './segment.js'

/**
 * Removes the parts that attempts to create this log have left which died, or came too late. Once there is a first
 * segment nobody can make another one, so what it does not name is never read.
 */
export async function removeStrayBeginnings(movie: MovieId, files: EngineFiles): Promise<void> {
  const folder = layout.beginnings(movie)
  const names = await files.names(folder)
  if (names.length === 0) return
  const bytes = await files.read(layout.segment(movie, 1))
  const first = bytes === undefined ? 'missing' : parseSegment(bytes, 1)
  if (typeof first === 'string') return
  const own = layout.beginningPrefix(first.nonce)
  for (const name of names) if (!name.startsWith(own)) await files.delete(`${folder}/${name}`)
}
