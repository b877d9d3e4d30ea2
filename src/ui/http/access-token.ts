import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 24
/** No token is longer; what is longer is none, and is not looked at. */
const TEXT_LIMIT = 64
/** Wrong tokens in {@link WINDOW_MS} after which nothing more is compared. */
const GUESSES_LIMIT = 100
const WINDOW_MS = 60_000

export type TokenCheck = 'right' | 'wrong' | 'too many'

/**
 * What opens the page: whoever started the server has it, and nobody can guess it. The page writes with the token
 * itself. A cookie, which a browser sends to every port of the machine, has only what is derived from it, and reads.
 */
export class AccessToken {
  readonly text: string
  /** What a browser keeps to read. */
  readonly cookie: string
  readonly #nowMs: () => number
  #wrongCount = 0
  #windowEndsMs = 0

  constructor(text = randomBytes(TOKEN_BYTES).toString('base64url'), nowMs: () => number = Date.now) {
    this.text = text
    this.cookie = createHmac('sha256', text).update('read').digest('base64url')
    this.#nowMs = nowMs
  }

  /** Takes as long for any text. After many wrong ones it looks at none for a minute, not even at the right one. */
  check(text: string): TokenCheck {
    const nowMs = this.#nowMs()
    if (nowMs >= this.#windowEndsMs) {
      this.#wrongCount = 0
      this.#windowEndsMs = nowMs + WINDOW_MS
    }
    if (this.#wrongCount >= GUESSES_LIMIT) return 'too many'
    if (areSame(text, this.text)) return 'right'
    this.#wrongCount++
    return 'wrong'
  }

  /** Pages of servers that ended ask again and again with what they have, so these are not counted. */
  isCookie(text: string | undefined): boolean {
    return text !== undefined && areSame(text, this.cookie)
  }
}

const areSame = (given: string, right: string): boolean =>
  given.length <= TEXT_LIMIT && timingSafeEqual(digestOf(given), digestOf(right))

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
