/** Bytes that are no text are refused, instead of turning into U+FFFD. */
export class NotTextError extends Error {
  constructor(encoding = 'utf-8') {
    super(
      encoding === 'utf-8'
        ? 'It is not UTF-8 text. Save it as UTF-8 (in a spreadsheet: "CSV UTF-8").'
        : `It is not ${encoding} text, which it is said to be.`,
    )
  }
}

/**
 * The text of bytes: of the encoding that their byte order mark says, or else of `charset`, or else UTF-8. The mark is
 * taken away. Names of encodings are those of the WHATWG, where `iso-8859-1` is windows-1252; one that is none of
 * them says nothing.
 * @throws NotTextError
 */
export function decodeText(bytes: Uint8Array, charset?: string): string {
  const decode = textDecoder(charset)
  return decode(bytes) + decode()
}

/** Decodes a text piece by piece; the last call comes without bytes. */
export function textDecoder(charset?: string): (bytes?: Uint8Array) => string {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  return bytes => {
    decoder ??= strictDecoder(bytes, charset)
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw new NotTextError(decoder.encoding)
    }
  }
}

function strictDecoder(bytes: Uint8Array | undefined, charset: string | undefined) {
  const encoding = encodingOf(bytes) ?? charset ?? 'utf-8'
  // UTF-8 has all of ASCII, and a service that says ASCII may mean more.
  const name = /^(us-)?ascii$/i.test(encoding) ? 'utf-8' : encoding
  try {
    return new TextDecoder(name, { fatal: true })
  } catch {
    return new TextDecoder('utf-8', { fatal: true })
  }
}

function encodingOf([first, second, third]: Uint8Array = new Uint8Array()): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined
}
