import type { ElementName, RunId } from '../../model/id.js'

/** What belonged to an element that is in no list any more. No position and hardly a key is like its name. */
export interface OrphanName {
  /** In the list that the run had; absent where nobody knows it. */
  readonly position: number | undefined
  readonly run: RunId
  /** Of the element; absent in logs of older versions, and where nobody knows what it was. */
  readonly digest: string | undefined
}

const DIGEST_DIGITS = 16
const ORPHAN = /^@(.*) of ([\w-]+?)(?: ([0-9a-f]{16}))?$/

/** @param digest of the element as a whole */
export function orphanName(position: ElementName, run: RunId, digest: string | undefined): string {
  return `@${position} of ${run}${digest === undefined ? '' : ` ${shortDigest(digest)}`}`
}

export const shortDigest = (digest: string): string => digest.slice(0, DIGEST_DIGITS)

export function readOrphanName(name: ElementName): OrphanName | undefined {
  const found = typeof name === 'string' ? ORPHAN.exec(name) : null
  if (found === null) return undefined
  const position = /^\d+$/.test(found[1]!) ? Number(found[1]) : undefined
  return { position, run: found[2] as RunId, digest: found[3] }
}
