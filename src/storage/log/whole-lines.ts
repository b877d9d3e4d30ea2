/** Lines of a file, each with its newline. */
export interface LineRun {
  readonly bytes: Buffer
  /** Of the first byte, in the file. */
  readonly offset: number
}

/** What was left behind the last newline, or where a line passed the limit. */
export interface LineTail {
  readonly offset: number
  readonly sizeBytes: number
  readonly isTooLong: boolean
}

const NEWLINE = 0x0a

/**
 * Regroups chunks of a file, the first of which begins at `offset`, into runs of whole lines, about one run
 * a chunk. A line longer than `limitBytes` ends the reading. To be iterated once.
 */
export class WholeLines implements AsyncIterable<LineRun> {
  readonly #chunks: AsyncIterable<Uint8Array>
  readonly #limitBytes: number
  #offset: number
  #carried: Uint8Array[] = []
  #carriedBytes = 0
  #isTooLong = false

  constructor(chunks: AsyncIterable<Uint8Array>, offset: number, limitBytes: number) {
    this.#chunks = chunks
    this.#offset = offset
    this.#limitBytes = limitBytes
  }

  /** Once the iteration is over. */
  get tail(): LineTail {
    return { offset: this.#offset, sizeBytes: this.#carriedBytes, isTooLong: this.#isTooLong }
  }

  /** What is after the last newline, in one piece. */
  get tailBytes(): Buffer {
    return Buffer.concat(this.#carried)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LineRun> {
    for await (const chunk of this.#chunks) {
      const runBytes = chunk.lastIndexOf(NEWLINE) + 1
      const firstEnd = runBytes === 0 ? chunk.length : chunk.indexOf(NEWLINE)
      this.#isTooLong = this.#carriedBytes + firstEnd > this.#limitBytes
      if (this.#isTooLong) return
      if (runBytes > 0) {
        const bytes = Buffer.concat([...this.#carried, chunk.subarray(0, runBytes)])
        const offset = this.#offset
        this.#offset += bytes.length
        this.#carried = []
        this.#carriedBytes = 0
        yield { bytes, offset }
      }
      this.#carried.push(chunk.subarray(runBytes))
      this.#carriedBytes += chunk.length - runBytes
    }
  }
}

/** Number, from 1, of the line that begins just after these chunks. */
export async function lineNumberAt(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let line = 1
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) line += 1
  }
  return line
}
