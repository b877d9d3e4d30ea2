/**
 * What is read from place to place, each part while the one before it is worked on.
 * @param read the bytes at a place; none at the end
 */
export async function* readAhead(
  read: (at: number) => Promise<Buffer>,
  from: number,
  to: number,
): AsyncGenerator<Buffer> {
  const begin = (at: number) => {
    const reading = read(at)
    // Told to whoever asks for it, which may be later, or never.
    reading.catch(() => undefined)
    return reading
  }
  let next = begin(from)
  try {
    for (let at = from; at < to; ) {
      const part = await next
      if (part.length === 0) return
      at += part.length
      if (at < to) next = begin(at)
      yield part
    }
  } finally {
    // Nothing is read any more when this ends.
    await next.catch(() => undefined)
  }
}
