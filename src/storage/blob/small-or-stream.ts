/** All bytes of a source that has no more than `limitBytes`; a stream of all of them when it has more. */
export async function smallOrStream(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Buffer | AsyncIterable<Uint8Array>> {
  const source = chunks[Symbol.asyncIterator]()
  const head: Buffer[] = []
  let sizeBytes = 0
  for (let next = await source.next(); !next.done; next = await source.next()) {
    // A source may use its buffer again for the next chunk.
    head.push(Buffer.from(next.value))
    sizeBytes += next.value.length
    if (sizeBytes > limitBytes) return whole(head, source)
  }
  return Buffer.concat(head)
}

async function* whole(
  head: readonly Buffer[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* head
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}
