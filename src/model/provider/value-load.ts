import type { BlobRef } from '../movie/event.js'

/** A large text or JSON value that the worker reads from the blob store into the inputs. */
export interface ValueLoad {
  /** Where it goes. */
  readonly path: readonly (string | number)[]
  readonly blob: BlobRef
}
