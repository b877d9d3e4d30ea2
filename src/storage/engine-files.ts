import type { Bytes } from './bytes.js'
import type { StoreFiles } from './store-files.js'

/** {@link StoreFiles} as storage itself uses them: with errors of this package, and with what some stores do better. */
export interface EngineFiles extends StoreFiles {
  read(path: string): Promise<Buffer | undefined>
  readRange(path: string, from: number, to: number): AsyncIterable<Buffer>
  /**
   * Takes all bytes, then asks for their path: a blob's name is known only when its last byte is. Places them
   * there like `replace`, or drops them when `place` answers `undefined`. `near` is a path in the same movie.
   */
  writeThenPlace(near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void>
  /**
   * Gives a file that never changes a second name, without its bytes passing through here. False where that cannot be
   * done: then they have to be copied. Absent: it never can.
   */
  share?(from: string, to: string): Promise<boolean>
  /** Makes sure that a file somebody else has just placed stays there after a power loss. */
  settle(path: string): Promise<void>
}
