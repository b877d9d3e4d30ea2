import { createReadStream } from 'node:fs'

/**
 * The lines of a UTF-8 file, without a byte order mark. Only a line feed (and a carriage return before it) ends
 * a line: Node's readline also splits at U+2028, which may stand inside a JSON string. A line longer than
 * `limitChars` comes as `undefined`, and is the last.
 */
export async function* textLines(path: string, limitChars: number): AsyncGenerator<string | undefined> {
  // Decodes across chunks, and takes the byte order mark away.
  const decoder = new TextDecoder()
  let rest: string[] = []
  let restLength = 0
  for await (const chunk of createReadStream(path)) {
    const pieces = decoder.decode(chunk as Uint8Array, { stream: true }).split('\n')
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
  const last = rest.join('') + decoder.decode()
  if (last !== '') yield withoutReturn(last)
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
