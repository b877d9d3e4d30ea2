import { ShowrunnerError } from '../../model/error/error.js'
import { valueText } from '../../model/hash.js'
import type { MovieId } from '../../model/id.js'
import { parseJson } from '../../model/json/parse-json.js'
import { canonicalJson, type JsonValue } from '../../model/json.js'
import { decodeText } from '../../model/media/decode-text.js'
import { isMediaMime, isTextMime, mimeEssence } from '../../model/media/mime-type.js'
import { looksLikeText, SNIFF_BYTES } from '../../model/media/sniff-type.js'
import { trueType } from '../../model/media/true-type.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import { sha256 } from '../../model/sha256.js'
import { INLINE_LIMIT_BYTES } from '../../model/value-limits.js'
import type { Store } from '../../storage/store.js'
import { jsonFault } from '../../workers/attempt/output/json-fault.js'

/** A user's own version of an artifact: bytes for one of a MIME type, a value of its kind for others. */
export type EditedContent = Uint8Array | JsonValue

/** The same as an event names it. */
export type EditedVersion =
  | { readonly value: JsonValue; readonly hash: string }
  | { readonly blob: BlobRef; readonly hash: string }

/**
 * A user's own version of an artifact, of the kind that it is; large ones are stored.
 * @throws ShowrunnerError `USAGE_INVALID` for content of another kind
 */
export async function editedVersion(
  store: Store,
  movieId: MovieId,
  { artifactId, blob, value }: ArtifactRecord,
  content: EditedContent,
): Promise<EditedVersion> {
  const asBlob = async (bytes: Uint8Array, mimeType: string) => {
    const stored = await store.blobs(movieId).put(bytes, mimeType)
    return { blob: stored, hash: stored.hash }
  }
  if (blob !== undefined) {
    const bytes = bytesFor(artifactId, blob.mimeType, content)
    return await asBlob(bytes, typeOfEdit(artifactId, blob.mimeType, bytes))
  }
  const kind = kindOf(value ?? null)
  if (content instanceof Uint8Array || kindOf(content) !== kind) throw wrongKind(artifactId, `a ${kind}`)
  const text = checkedText(artifactId, content)
  if (Buffer.byteLength(text) > INLINE_LIMIT_BYTES) {
    return await asBlob(Buffer.from(text), kind === 'string' ? TEXT : JSON_TYPE)
  }
  return { value: kind === 'string' ? text : parseJson(text), hash: sha256(text) }
}

/** A picture may become one of another format, and a film no program. */
function typeOfEdit(artifactId: string, asked: string, bytes: Uint8Array): string {
  const head = bytes.subarray(0, SNIFF_BYTES)
  const [family] = mimeEssence(asked).split('/')
  const type = trueType(asked, asked, head)
  const isFitting = type !== undefined && mimeEssence(type).startsWith(`${family}/`)
  if (isFitting && !(isMediaMime(asked) && !isTextMime(asked) && looksLikeText(head))) return type
  throw wrongKind(artifactId, `of type ${mimeEssence(asked)}`)
}

const TEXT = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json'

/** A large value is bytes of JSON or text: its readers must be able to read the new version as well. */
function bytesFor(artifactId: string, mimeType: string, content: EditedContent): Uint8Array {
  const isJson = mimeEssence(mimeType) === JSON_TYPE
  if (content instanceof Uint8Array) {
    try {
      if (isJson || mimeType === TEXT) {
        const text = decodeText(content)
        if (isJson) JSON.parse(text)
      }
      return content
    } catch {
      throw wrongKind(artifactId, isJson ? 'JSON' : 'UTF-8 text')
    }
  }
  if (isJson) return Buffer.from(checkedText(artifactId, content, true))
  if (typeof content === 'string') return Buffer.from(content)
  throw wrongKind(artifactId, `bytes of ${mimeType}`)
}

/** The value's stored text; a string is text, unless it is to be JSON. */
function checkedText(artifactId: string, content: JsonValue, isJson = false): string {
  const fault = jsonFault(content)
  if (fault !== undefined) throw wrongKind(artifactId, `JSON data, and not ${fault}`)
  return isJson ? canonicalJson(content) : valueText(content)
}

/** Lists, mappings and null are all JSON. */
const kindOf = (value: unknown): string => (typeof value === 'object' ? 'JSON value' : typeof value)

const wrongKind = (artifactId: string, expected: string): ShowrunnerError =>
  new ShowrunnerError('USAGE_INVALID', `${artifactId} is ${expected}; its new version must be of that kind.`)
