import type { ArtifactId, ElementName } from '../id.js'

/** Why a loop cannot run over a list: it does not fit, or it cannot be read. */
export interface ListError {
  readonly code: 'invalid' | 'bug'
  readonly message: string
}

/**
 * A list that a job has made for a loop: the event `loop.expanded`. It is recorded before the first job for one of its
 * elements; the same list is not recorded again.
 */
export interface Expansion {
  readonly loop: string
  /** The elements of the loops around it, outermost first; absent: there is one list for all. */
  readonly parents?: readonly ElementName[]
  /** What the list is, or is a part of. */
  readonly artifactId: ArtifactId
  /** Of that artifact. */
  readonly hash: string
  /** Elements; absent with `keys` or `error`. */
  readonly count?: number
  /** Names of the elements, of a loop with keys. */
  readonly keys?: readonly string[]
  /** Why the loop cannot run over it. */
  readonly error?: ListError
}

/** Tells one list from another, whatever it holds. */
export const expansionKey = (loop: string, parents: readonly ElementName[] = []): string =>
  parents.length === 0 ? loop : `${loop} ${JSON.stringify(parents)}`
