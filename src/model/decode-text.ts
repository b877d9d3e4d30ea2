/** Bytes that are no text are refused, instead of turning into U+FFFD. */
export class NotTextError extends Error {
  constructor() {
    super('It is not UTF-8 text. Save it as UTF-8 (in a spreadsheet: "CSV UTF-8").')
  }
}

/** UTF-8, or UTF-16 when its byte order mark says so; the mark is taken away. @throws NotTextError */
export function decodeText(bytes: Uint8Array): string {
  const decode = textDecoder()
  return decode(bytes) + decode()
}

/** Decodes a text piece by piece; the last call comes without bytes. */
export function textDecoder(): (bytes?: Uint8Array) => string {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  return bytes => {
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true })
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw new NotTextError()
    }
  }
}

function encodingOf(bytes: Uint8Array = new Uint8Array()): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}
