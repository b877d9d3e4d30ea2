import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { currentHeader } from '../../model/movie/current-names.js'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ManifestHeader } from '../../model/movie/manifest.js'

/** Which manifest is read, for checks and messages. */
export interface ManifestIdentity {
  /** In the store. */
  readonly path: string
  readonly movie: MovieId
  readonly revision: number
}

const FORMAT = 'showrunner-manifest'
/** The newest form of manifests that is known. */
const NEWEST_VERSION = 3

export interface ReadHeader {
  readonly header: ManifestHeader
  /** The lists that jobs have made, which older versions had in the header. */
  readonly lists: readonly Expansion[]
}

/** @param text the first line, without its newline @throws `MANIFEST_CORRUPT`, `STORE_UNSUPPORTED` */
export function readHeader(identity: ManifestIdentity, text: string): ReadHeader {
  const header = parseRecord(identity, 1, `${text.slice(0, -1)}}`)
  const { movie, revision } = identity
  if (header.format === FORMAT && Number.isInteger(header.version) && Number(header.version) > NEWEST_VERSION)
    throw new ShowrunnerError(
      'STORE_UNSUPPORTED',
      `${identity.path} was written by a newer version of Showrunner: it has form ${header.version}, and this version reads forms up to ${NEWEST_VERSION}. Update Showrunner; nothing is damaged.`,
      { details: { path: identity.path, version: header.version } },
    )
  const version = header.version === 2 || header.version === 3 ? header.version : 1
  const expected = { format: FORMAT, version, movieId: movie, revision }
  for (const [key, value] of Object.entries(expected)) {
    if (header[key] === value) continue
    const reason = `"${key}" is ${JSON.stringify(header[key])}, expected ${JSON.stringify(value)}`
    throw manifestCorrupt(identity, 1, reason)
  }
  const { lists = [], ...rest } = currentHeader(header)
  return { header: rest as unknown as ManifestHeader, lists: lists as unknown as readonly Expansion[] }
}

/** @throws `MANIFEST_CORRUPT` */
export function parseRecord(identity: ManifestIdentity, line: number, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // Told below, with its line: what the parser says would quote the record.
  }
  throw manifestCorrupt(identity, line, 'it is not a JSON object')
}

export function manifestCorrupt({ path }: ManifestIdentity, line: number, reason: string): ShowrunnerError {
  return new ShowrunnerError(
    'MANIFEST_CORRUPT',
    `${path}:${line} is damaged: ${reason}. Delete the file: the next run continues from the revision before it and the log.`,
    { details: { path, line, reason } },
  )
}
