const CHUNK_BYTES = 512 * 1024
/** A UTF-16 unit takes up to three bytes in UTF-8. */
const MOST_BYTES_A_CHAR = 3

/**
 * Gathers lines in chunks of memory. Each line is written into its place: joining them first takes as long as everything
 * else. So does a generator that a line passes through, so there is none but one a chunk.
 */
export class RecordLines {
  readonly #onChunk: (chunk: Buffer) => void
  #bytes: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  #usedBytes = 0

  /** @param onChunk gets each chunk before it is handed out */
  constructor(onChunk: (chunk: Buffer) => void) {
    this.#onChunk = onChunk
  }

  /** The line that opens a list, and a line for each of its records. @returns chunks that are full */
  *section<Item>(
    opening: string,
    records: Iterable<Item>,
    json: (record: Item) => string,
  ): Generator<Buffer> {
    let before = `${opening}\n`
    for (const record of records) {
      const text = before + json(record)
      if (this.#usedBytes > 0 && this.#mostBytesWith(text) > CHUNK_BYTES) yield this.take()
      this.add(text)
      before = ',\n'
    }
    this.add(before === ',\n' ? '\n' : before)
  }

  add(text: string): void {
    const mostBytes = this.#mostBytesWith(text)
    if (mostBytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, mostBytes))
      this.#bytes.copy(larger, 0, 0, this.#usedBytes)
      this.#bytes = larger
    }
    this.#usedBytes += this.#bytes.write(text, this.#usedBytes)
  }

  /** What has gathered since the last chunk. */
  take(): Buffer {
    const chunk = this.#bytes.subarray(0, this.#usedBytes)
    this.#onChunk(chunk)
    this.#bytes = Buffer.alloc(0)
    this.#usedBytes = 0
    return chunk
  }

  #mostBytesWith(text: string): number {
    return this.#usedBytes + text.length * MOST_BYTES_A_CHAR
  }
}
