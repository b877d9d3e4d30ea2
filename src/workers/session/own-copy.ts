/** Copies, since a transfer would empty the caller's buffer, which it may use again or share with others. */
export function ownCopy(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    copy.set(chunk, offset)
    offset += chunk.byteLength
  }
  return copy
}
