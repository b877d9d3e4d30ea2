import type { Bytes } from './bytes.js'

/** A file that a listing has found. */
export interface ListedFile {
  /** Relative to the store's root, with `/`. */
  readonly path: string
  /** How many bytes it has. */
  readonly sizeBytes: number
  /** Of the last write, by the store's own clock, in milliseconds since 1970. */
  readonly modifiedAtMs: number
}

/**
 * Whole files by their paths: all that a store must be able to do. Everything else (logs, manifests, blobs, leases,
 * caches) is built on it. Paths are relative to the store's root and use `/`; the engine's own consist of lower-case
 * letters, digits, `.`, `-` and `/`.
 *
 * What one call has written every later call sees, from any process. Whoever implements it runs the checks of
 * `storeContract` (`showrunner/testing`). Errors may be of any kind: the engine reports them as `STORE_FAILED`.
 */
export interface StoreFiles {
  /**
   * Creates the file if it is absent: atomic and durable when it resolves. Of any number of callers, in any number of
   * processes, exactly one gets `created`, and its bytes stay. This is what keeps two writers out of one log.
   */
  create(path: string, bytes: Bytes): Promise<'created' | 'exists'>
  /** Writes the file, absent or not: atomic (readers see the old bytes or the new ones) and durable when it resolves. */
  replace(path: string, bytes: Bytes): Promise<void>
  /** In bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>
  /** All bytes; undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>
  /** The bytes in `[from, to)`, or up to the end if that comes first. Fails when there is no such file. */
  readRange(path: string, from: number, to: number): AsyncIterable<Uint8Array>
  /**
   * Names directly in a folder, in any order; a folder's name ends with `/`. None when the folder is absent; `''` is
   * the root. Names up to `after`, in the order of their bytes, may be left out.
   */
  names(folder: string, after?: string): Promise<string[]>
  /** All files in a folder and in the folders below it, in any order; none when it is absent. */
  list(folder: string): AsyncIterable<ListedFile>
  /** Deletes the file; one that is absent is no error. */
  delete(path: string): Promise<void>
}
