import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { NotTextError, textDecoder } from '../../model/media/decode-text.js'
import { InputError } from '../../plan/inputs/input-error.js'
import { READ_CHUNK_BYTES } from '../../storage/log/append-file.js'

/**
 * A file of text in pieces: UTF-8, or UTF-16 with a byte order mark, decoded strictly, without the mark.
 * @throws InputError with the line of what is no text
 */
export async function* checkedChunks(path: string): AsyncGenerator<string, undefined> {
  const decode = textDecoder()
  let length = 0
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })) {
      const text = decode(bytes as Uint8Array)
      const nul = text.indexOf('\0')
      if (nul !== -1) throw await nulFault(path, length + nul)
      length += text.length
      if (text !== '') yield text
    }
    const last = decode()
    if (last !== '') yield last
  } catch (error) {
    throw error instanceof NotTextError ? await textFault(path, error) : error
  }
}

/**
 * The lines of such a file; LF, CRLF and CR end one. Node's readline also splits at U+2028, which may stand inside
 * a JSON string. A line longer than `limitChars` comes as `undefined`, and is the last.
 */
export async function* checkedLines(path: string, limitChars: number): AsyncGenerator<string | undefined> {
  let rest: string[] = []
  let restLength = 0
  let hasReturn = false
  for await (const chunk of checkedChunks(path)) {
    // A CRLF may be cut in two.
    const text = hasReturn && chunk.startsWith('\n') ? chunk.slice(1) : chunk
    hasReturn = chunk.endsWith('\r')
    const pieces = text.split(text.includes('\r') ? /\r\n|\n|\r/ : '\n')
    for (const piece of pieces.slice(0, -1)) {
      yield rest.join('') + piece
      rest = []
      restLength = 0
    }
    const last = pieces.at(-1)!
    rest.push(last)
    restLength += last.length
    if (restLength > limitChars) {
      yield undefined
      return
    }
  }
  const last = rest.join('')
  if (last !== '') yield last
}

async function nulFault(file: string, offset: number): Promise<InputError> {
  const decode = textDecoder()
  let line = 1
  let length = 0
  let last = ''
  for await (const bytes of createReadStream(file)) {
    const text = decode(bytes as Uint8Array).slice(0, offset - length)
    line += lineEnds(last + text) - lineEnds(last)
    length += text.length
    if (length >= offset) break
    last = text.slice(-1)
  }
  const message =
    'There is a NUL character (U+0000), which no text has. A file in UTF-16 needs its byte order mark; save it as UTF-8.'
  return new InputError([{ path: '', file, line, column: 1, message }])
}

const lineEnds = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0

const LINE_FEED = 0x0a

async function textFault(file: string, cause: NotTextError): Promise<InputError> {
  let line = 1
  let rest = Buffer.alloc(0)
  const at = (place: { line?: number; column?: number }) =>
    new InputError([{ path: '', file, ...place, message: cause.message }], 1, cause)
  for await (const chunk of createReadStream(file)) {
    let bytes = Buffer.concat([rest, chunk as Buffer])
    if (line === 1 && (bytes[0] === 0xff || bytes[0] === 0xfe)) return at({})
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED)) {
      if (!isUtf8(bytes.subarray(0, end))) return at({ line, column: 1 })
      bytes = bytes.subarray(end + 1)
      line++
    }
    rest = bytes
  }
  return at({ line, column: 1 })
}
