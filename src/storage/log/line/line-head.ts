import { COMMA, HEAD, TOKEN_KEY } from './log-line.js'

const HEAD_BYTES = Buffer.from(HEAD)
const TOKEN_BYTES = Buffer.from(TOKEN_KEY)
const ZERO = 0x30

/** What a line of ours begins with, read without an object for each. */
export class LineHead {
  seq = 0
  token = 0
  /** The comma before the first member of the event. */
  comma = 0

  /** @returns whether the line begins as ours do */
  read(bytes: Buffer, start: number): boolean {
    let at = start
    for (let i = 0; i < HEAD_BYTES.length; i++) if (bytes[at++] !== HEAD_BYTES[i]) return false
    let seq = 0
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
      seq = seq * 10 + digit
    for (let i = 0; i < TOKEN_BYTES.length; i++) if (bytes[at++] !== TOKEN_BYTES[i]) return false
    let token = 0
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
      token = token * 10 + digit
    this.seq = seq
    this.token = token
    this.comma = at
    return bytes[at] === COMMA
  }
}
