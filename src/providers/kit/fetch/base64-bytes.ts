const BASE64 = /^[A-Za-z0-9+/_\s-]*={0,2}$/

/** The bytes of a base64 text, of either alphabet (RFC 4648), with line ends or without padding; undefined for another text. */
export function base64Bytes(text: string): Buffer | undefined {
  // A pattern that takes white space at the end as well needs the square of its length.
  return BASE64.test(text.trimEnd()) ? Buffer.from(text, 'base64') : undefined
}
