import { decodeText } from '../../../model/media/decode-text.js'
import { charsetOf } from '../../../model/media/mime-type.js'
import type { BlobRef } from '../../../model/movie/event.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'

/**
 * The text of a body, of the encoding that it is said to have.
 * @throws ProviderError `bug` for bytes that are no such text
 */
export function bodyText(bytes: Uint8Array, contentType: string | null): string {
  const charset = charsetOf(contentType ?? '')
  try {
    return decodeText(bytes, charset)
  } catch (cause) {
    throw new ProviderError('bug', `The answer is not ${charset ?? 'UTF-8'} text.`, {
      cause,
      answer: lossyText(bytes, contentType),
    })
  }
}

/** The text of a body that is only quoted: what cannot be read does not matter. */
export function lossyText(bytes: Uint8Array, contentType: string | null): string {
  try {
    return decodeText(bytes, charsetOf(contentType ?? ''))
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  }
}

/** The text of a blob of a text type. @throws ProviderError `invalid` when it is none */
export function blobText(bytes: Uint8Array, { mimeType }: BlobRef): string {
  const charset = charsetOf(mimeType)
  try {
    return decodeText(bytes, charset)
  } catch (cause) {
    throw new ProviderError('invalid', `An input of type ${mimeType} is not ${charset ?? 'UTF-8'} text.`, {
      cause,
    })
  }
}
