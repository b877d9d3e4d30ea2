/** Why a `${…}` cannot be read. */
export interface ReferenceFault {
  readonly message: string
  readonly suggestion?: string
}

/** Ends the parsing of one reference; caught by `parseReference`. */
export class ReferenceFaultSignal extends Error {
  readonly fault: ReferenceFault

  constructor(message: string, suggestion?: string) {
    super(message)
    this.fault = suggestion === undefined ? { message } : { message, suggestion }
  }
}

/** Steps through the text of a reference. White space between its pieces does not count. */
export class ReferenceCursor {
  readonly #text: string
  at: number

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  /** True when `piece` comes next; it is stepped over. */
  accept(piece: string): boolean {
    this.#skipSpace()
    if (!this.#text.startsWith(piece, this.at)) return false
    this.at += piece.length
    return true
  }

  /** The text that `pattern` (sticky) matches next, stepped over. */
  match(pattern: RegExp): string | undefined {
    this.#skipSpace()
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  expect(piece: string, expectation: string): void {
    if (!this.accept(piece)) throw this.unexpected(expectation)
  }

  unexpected(expectation: string): ReferenceFaultSignal {
    this.#skipSpace()
    const next = this.#text[this.at]
    if (next === undefined)
      return new ReferenceFaultSignal(
        'The closing } is missing. Where "${" is meant as plain text, write "$${".',
      )
    const character = String.fromCodePoint(this.#text.codePointAt(this.at)!)
    return new ReferenceFaultSignal(
      `Expected ${expectation}, got ${JSON.stringify(character)}. A reference names a value; where "\${" is meant as plain text, write "$\${".`,
    )
  }

  #skipSpace(): void {
    while (this.#text[this.at] === ' ' || this.#text[this.at] === '\n') this.at++
  }
}
