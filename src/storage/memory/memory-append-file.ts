import { collectBytes } from '../collect-bytes.js'
import type { Appender, AppendFile } from '../log/append-file.js'
import { READ_CHUNK_BYTES } from '../log/append-file.js'

/** An {@link AppendFile} that lives as long as the process. */
export class MemoryAppendFile implements AppendFile {
  readonly path: string
  readonly #watchers = new Set<() => void>()
  #bytes = Buffer.alloc(0)
  #sizeBytes: number | undefined

  constructor(path: string) {
    this.path = path
  }

  get isThere(): boolean {
    return this.#sizeBytes !== undefined
  }

  async size(): Promise<number | undefined> {
    return this.#sizeBytes
  }

  async *chunks(from: number, to: number): AsyncIterable<Buffer> {
    for (let at = from; at < Math.min(to, this.#sizeBytes ?? 0); ) {
      const end = Math.min(at + READ_CHUNK_BYTES, to, this.#sizeBytes ?? 0)
      yield this.#bytes.subarray(at, end)
      at = end
    }
  }

  async create(bytes: AsyncIterable<Uint8Array>): Promise<'created' | 'exists'> {
    const whole = await collectBytes(bytes)
    if (this.isThere) return 'exists'
    this.#append(whole)
    return 'created'
  }

  async openAppender(): Promise<Appender> {
    this.#sizeBytes ??= 0
    return {
      append: async bytes => this.#append(bytes),
      size: () => this.#sizeBytes ?? 0,
      close: async () => undefined,
    }
  }

  watch(onChange: () => void): () => void {
    // A function of its own: the same callback may watch twice.
    const watcher = () => onChange()
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  #append(bytes: Buffer): void {
    const start = this.#sizeBytes ?? 0
    const end = start + bytes.length
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, start)
      this.#bytes = larger
    }
    bytes.copy(this.#bytes, start)
    this.#sizeBytes = end
    for (const onChange of this.#watchers) onChange()
  }
}
