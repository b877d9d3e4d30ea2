import type { ArtifactId, ElementMoves, ElementName } from '../id.js'

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
  /** What the list is, or is a part of; absent where elements are tried until enough are accepted. */
  readonly artifactId?: ArtifactId
  /** Of that artifact. */
  readonly hash?: string
  /** Elements; absent with `keys` or `error`. */
  readonly count?: number
  /** Names of the elements, of a loop with keys. */
  readonly keys?: readonly string[]
  /** Of a loop with `until` that is done: elements accepted. */
  readonly accepted?: number
  /** The same: elements that were ever tried, where they are more than `count`. */
  readonly reached?: number
  /** Why the loop cannot run over it, or was not done. */
  readonly error?: ListError
}

/** As it is recorded. */
export interface RecordedExpansion extends Expansion {
  /** As in `run.started`, of jobs for elements of the list that was there before. */
  readonly moved?: ElementMoves
}

/** Tells one list from another, whatever it holds. */
export const expansionKey = (loop: string, parents: readonly ElementName[] = []): string =>
  parents.length === 0 ? loop : `${loop} ${JSON.stringify(parents)}`

/** Gives lists the names that they have now, all at once. */
export function moveLists(expansions: Map<string, Expansion>, { lists = [] }: ElementMoves): void {
  const moving = lists.flatMap(([[loop, ...parents], now]) => {
    const expansion = expansions.get(expansionKey(loop, parents))
    return expansion === undefined ? [] : [{ expansion, now }]
  })
  for (const [[loop, ...parents]] of lists) expansions.delete(expansionKey(loop, parents))
  for (const { expansion, now } of moving) {
    const [loop, ...parents] = now
    const { parents: _, ...rest } = expansion
    expansions.set(expansionKey(loop, parents), { ...rest, loop, ...(parents.length > 0 && { parents }) })
  }
}
