import type { StoreFiles } from '../store-files.js'

const METHODS = ['create', 'replace', 'size', 'read', 'readRange', 'names', 'list', 'delete'] as const

/** A store of one's own: files wherever they are kept, and a name for the place. */
export interface CustomStore {
  /**
   * Names the place in messages, without credentials: `azure://account/movies`. Two stores with the same URL are
   * taken to be the same place.
   */
  readonly url: string
  /** Reads and writes the files. */
  readonly files: StoreFiles
}

/** What a value must be to be one, for messages. */
export const CUSTOM_STORE_SHAPE = `{ url, files }, where files has ${METHODS.join(', ')}`

/** Whether a value, perhaps from plain JavaScript, has all that a {@link CustomStore} needs. */
export function isCustomStore(value: unknown): value is CustomStore {
  const { url, files } = (value ?? {}) as Partial<Record<keyof CustomStore, unknown>>
  if (typeof url !== 'string' || url === '' || typeof files !== 'object' || files === null) return false
  return METHODS.every(method => typeof (files as Record<string, unknown>)[method] === 'function')
}
