import { parseJson } from '../../model/json/parse-json.js'
import { decodeText } from '../../model/media/decode-text.js'
import { isMimeType } from '../../model/media/mime-type.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import { OutputBlob, type ReadBlob } from './output-blob.js'

/** What is there of an output of this type. A large text or JSON value is stored as a blob, and is a value all the same. */
export async function outputValue(
  { value, blob }: Pick<ArtifactRecord, 'value' | 'blob'>,
  type: string,
  readBlob: ReadBlob,
): Promise<unknown> {
  if (blob === undefined) return value ?? null
  const handle = new OutputBlob(blob, readBlob)
  if (isMimeType(type)) return handle
  const text = decodeText(await handle.bytes())
  return type === 'text' ? text : jsonOr(text)
}

/** An artifact of a producer that has changed may still be of its old type. */
function jsonOr(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
