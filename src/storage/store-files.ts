import type { Bytes } from './store.js'

/** Whole files in a store, by their paths relative to its root. Every implementation passes one contract suite. */
export interface StoreFiles {
  /** Create-if-absent, atomic and durable: of any number of callers exactly one gets `created`. */
  create(path: string, bytes: Bytes): Promise<'created' | 'exists'>
  /** Atomic, durable replacement: readers see the old bytes or the new ones. */
  replace(path: string, bytes: Uint8Array): Promise<void>
  /**
   * Takes all bytes, then asks for their path: a blob's name is known only when its last byte is. Places them
   * there like `replace`, or drops them when `place` answers `undefined`. `near` is a path in the same movie.
   */
  writeThenPlace(near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void>
  /** Makes sure that a file somebody else has just placed stays there after a power loss. */
  settle(path: string): Promise<void>
  /** In bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>
  /** The file's bytes in `[from, to)`, or up to its end if that comes first. Fails when it is absent. */
  chunks(path: string, from: number, to: number): AsyncIterable<Buffer>
  /** All bytes of a file; undefined when there is no such file. */
  whole(path: string): Promise<Buffer | undefined>
  /** Names of the files in a folder, in any order; none when it is absent. Those up to `after` may be left out. */
  names(folder: string, after?: string): Promise<string[]>
}
