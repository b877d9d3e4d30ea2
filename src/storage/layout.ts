import { ShowrunnerError } from '../model/error/error.js'
import type { MovieId, RunId } from '../model/id.js'

const REVISION_DIGITS = 12
const SEGMENT_DIGITS = 12

const digits = (segment: number): string => String(segment).padStart(SEGMENT_DIGITS, '0')
const segmentName = (segment: number): string => `${digits(segment)}.jsonl`

/** Every file name in a store. Paths are relative to the store's root; ids are checked where they are made. */
export const layout = {
  events: (movie: MovieId): string => `${movie}/events.jsonl`,
  /** Where files cannot grow the log is a folder of segments. */
  segments: (movie: MovieId): string => `${movie}/events`,
  segmentName,
  segment: (movie: MovieId, segment: number): string => `${movie}/events/${segmentName(segment)}`,
  /** The events before those of the first segment, where that was made from the log of another movie. */
  beginnings: (movie: MovieId): string => `${movie}/beginnings`,
  beginningPrefix: (nonce: string): string => `${nonce}-`,
  beginning: (movie: MovieId, nonce: string, part: number): string =>
    `${movie}/beginnings/${layout.beginningPrefix(nonce)}${digits(part)}.jsonl`,
  /** Segments once more, many in an object. */
  packs: (movie: MovieId): string => `${movie}/packs`,
  pack: (movie: MovieId, first: number, last: number): string =>
    `${movie}/packs/${digits(first)}-${digits(last)}.jsonl`,
  lease: (movie: MovieId): string => `${movie}/lease.json`,
  /** Held for the moment in which a lease is taken from a holder that is dead. */
  leaseClaim: (movie: MovieId): string => `${movie}/lease-claim.json`,
  manifests: (movie: MovieId): string => `${movie}/manifests`,
  manifest: (movie: MovieId, revision: number): string =>
    `${movie}/manifests/${String(revision).padStart(REVISION_DIGITS, '0')}.json`,
  blobs: (movie: MovieId | undefined): string => (movie === undefined ? 'blobs' : `${movie}/blobs`),
  blob: (movie: MovieId | undefined, hash: string): string =>
    `${layout.blobs(movie)}/${hash.slice(0, 2)}/${hash}`,
  /** Small blobs, many in a file. Not below `blobs`: an older version would take them for files that no event names. */
  blobPacks: (movie: MovieId | undefined): string =>
    movie === undefined ? 'blob-packs' : `${movie}/blob-packs`,
  blobPack: (movie: MovieId | undefined, name: string): string => `${layout.blobPacks(movie)}/${name}`,
  /** Of a cache; its blobs belong to no movie. */
  cacheEntry: (key: string): string => `entries/${key.slice(0, 2)}/${key}.json`,
  runs: (movie: MovieId): string => `${movie}/runs`,
  runPlan: (movie: MovieId, run: RunId): string => `${movie}/runs/${run}/plan.json`,
  runKeys: (movie: MovieId, run: RunId): string => `${movie}/runs/${run}/keys.json`,
  runInputs: (movie: MovieId, run: RunId): string => `${movie}/runs/${run}/inputs.json`,
  /** Files that are being written on a local disk, until they are whole and get their name. */
  temporary: (movie: string): string => `${movie}/tmp`,
} as const

/** The revision a manifest's file name stands for, or `undefined` for other files. */
export function revisionOf(name: string): number | undefined {
  return /^\d{12}\.json$/.test(name) ? Number(name.slice(0, REVISION_DIGITS)) : undefined
}

/** The number a segment's file name stands for, or `undefined` for other files. */
export function segmentOf(name: string): number | undefined {
  return /^\d{12}\.jsonl$/.test(name) ? Number(name.slice(0, SEGMENT_DIGITS)) : undefined
}

/** The segments that a pack's file name stands for, or `undefined` for other files. */
export function packOf(name: string): { readonly first: number; readonly last: number } | undefined {
  const match = /^(\d{12})-(\d{12})\.jsonl$/.exec(name)
  const [first, last] = [Number(match?.[1]), Number(match?.[2])]
  return first >= 1 && last > first ? { first, last } : undefined
}

/** A temporary file's name that nobody else gives: of a process and a nonce. */
export const temporaryName = (pid: number, nonce: string): string => `${pid}-${nonce}.tmp`

/** Whether {@link temporaryName} could have made the name, here or in another process. */
export const isTemporaryName = (name: string): boolean => /^\d{1,10}-[0-9a-f]{16}\.tmp$/.test(name)

/** The hash of a blob's path in the folder of blobs, such as `2a/2a89…`; undefined for other files. */
export function blobHashOf(path: string): string | undefined {
  return /^([0-9a-f]{2})\/(\1[0-9a-f]{62})$/.exec(path)?.[2]
}

/** True for a name that a pack of blobs can have. */
export const isBlobPackName = (name: string): boolean => /^[0-9a-z]{9}-[0-9a-f]{12}\.pack$/.test(name)

/** Gives the path back. @throws ShowrunnerError `STORE_FAILED` when it leads out of the store */
export function insideStore(path: string): string {
  if (!path.split('/').includes('..') && !path.includes('\0')) return path
  throw new ShowrunnerError('STORE_FAILED', `"${path}" leads out of the store. Use a path without "..".`)
}
