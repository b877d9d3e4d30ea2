import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 24

/** What opens the page: whoever started the server has it, and nobody can guess it. */
export class AccessToken {
  readonly text: string
  readonly #digest: Buffer

  constructor(text = randomBytes(TOKEN_BYTES).toString('base64url')) {
    this.text = text
    this.#digest = digestOf(text)
  }

  /** Takes as long for any text. */
  matches(text: string | undefined): boolean {
    return text !== undefined && timingSafeEqual(digestOf(text), this.#digest)
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
