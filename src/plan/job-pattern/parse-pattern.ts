import { parseWritten, type WrittenAddress } from '../../model/artifact-address.js'

export const WILDCARD = '[*]'
/** What stands for a wildcard while the rest is read, since no one would write it. */
export const ANY = '\u0000'

/** The parts of an id in which some elements may be wildcards; those are {@link ANY}. */
export const parsePattern = (text: string): WrittenAddress | undefined =>
  parseWritten(text.replaceAll(WILDCARD, JSON.stringify([ANY])))
