import { createReadStream } from 'node:fs'
import { decodeText } from '../../model/media/decode-text.js'

/** The file has more bytes than its reader takes. */
export class TextTooLargeError extends Error {
  constructor(limitBytes: number) {
    super(`It has more than ${limitBytes} bytes.`)
  }
}

/**
 * Reads a file, or a pipe, as UTF-8 without its byte order mark. A device may never end and tells no size, so
 * the bytes are counted.
 * @throws TextTooLargeError, NotTextError, and what the file system throws
 */
export async function readTextFile(path: string, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > limitBytes) throw new TextTooLargeError(limitBytes)
    chunks.push(chunk)
  }
  return decodeText(Buffer.concat(chunks))
}
