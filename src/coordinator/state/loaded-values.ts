import type { JsonValue } from '../../model/json.js'

export interface LoadedValue {
  readonly blobHash: string
  readonly value: JsonValue
  readonly sizeBytes: number
}

/** Bytes of large values kept in memory after the jobs that asked for them have started. */
const LOADED_LIMIT_BYTES = 64 << 20

/** Large text and JSON values that were read from their blobs, least recently loaded first out. */
export class LoadedValues {
  readonly #values = new Map<string, { value: JsonValue; sizeBytes: number }>()
  #bytes = 0

  get(blobHash: string): JsonValue | undefined {
    return this.#values.get(blobHash)?.value
  }

  add({ blobHash, value, sizeBytes }: LoadedValue): void {
    if (this.#values.has(blobHash)) return
    this.#values.set(blobHash, { value, sizeBytes })
    this.#bytes += sizeBytes
  }

  /** Drops the oldest above the limit. To be called when no job is between loading and starting, which may need them. */
  trim(): void {
    for (const [hash, { sizeBytes }] of this.#values) {
      if (this.#bytes <= LOADED_LIMIT_BYTES) return
      this.#values.delete(hash)
      this.#bytes -= sizeBytes
    }
  }
}
