import { SNIFF_BYTES } from './sniff-type.js'

/** Keeps the first bytes of what passes on its way to a store. */
export class BlobHead {
  #head: Uint8Array = new Uint8Array()

  get bytes(): Uint8Array {
    return this.#head
  }

  passed(data: Uint8Array | AsyncIterable<Uint8Array>): Uint8Array | AsyncIterable<Uint8Array> {
    if (!(data instanceof Uint8Array)) return this.#passedChunks(data)
    this.#take(data)
    return data
  }

  async *#passedChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#take(chunk)
      yield chunk
    }
  }

  #take(chunk: Uint8Array): void {
    const missing = SNIFF_BYTES - this.#head.byteLength
    // A copy: the chunk may be handed to another thread, and a part of it would keep all of it in memory.
    if (missing > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, missing)])
  }
}
