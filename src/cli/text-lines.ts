import { createReadStream } from 'node:fs'
import { textDecoder } from '../model/decode-text.js'

/** A UTF-8 file in pieces, decoded strictly, without a byte order mark. @throws NotTextError */
export async function* textChunks(path: string): AsyncGenerator<string> {
  const decode = textDecoder()
  for await (const chunk of createReadStream(path)) yield decode(chunk as Uint8Array)
  yield decode()
}

/**
 * The lines of a UTF-8 file, without a byte order mark. Only a line feed (and a carriage return before it) ends
 * a line: Node's readline also splits at U+2028, which may stand inside a JSON string. A line longer than
 * `limitChars` comes as `undefined`, and is the last.
 */
export async function* textLines(path: string, limitChars: number): AsyncGenerator<string | undefined> {
  let rest: string[] = []
  let restLength = 0
  for await (const chunk of textChunks(path)) {
    const pieces = chunk.split('\n')
    for (const piece of pieces.slice(0, -1)) {
      yield withoutReturn(rest.join('') + piece)
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
  if (last !== '') yield withoutReturn(last)
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
