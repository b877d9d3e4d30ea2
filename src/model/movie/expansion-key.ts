import type { ElementName } from '../id.js'

/** Tells one list from another, whatever it holds. */
export const expansionKey = (loop: string, parents: readonly ElementName[] = []): string =>
  parents.length === 0 ? loop : `${loop} ${JSON.stringify(parents)}`
