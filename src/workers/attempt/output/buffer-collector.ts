import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of blobs that a thread reads or stores between two collections of unused buffers. */
export const COLLECT_BUFFERS_BYTES = 32 * 1024 * 1024

/** Below so many bytes outside of its heap V8 copes by itself, at a sixth less CPU for results of 2 MB. */
export const COLLECT_ABOVE_BYTES = 96 * 1024 * 1024

type CollectGarbage = (options?: { readonly type: 'minor' }) => void

/** A full collection waits so many times as long as the last one took: it costs a twentieth of the time at most. */
const REST_FACTOR = 19

/**
 * Frees the buffers of results that are stored. V8 collects garbage when JavaScript objects need room, and buffers are
 * outside its heap: a thread that waits for others would keep hundreds of unused megabytes, in addition to what
 * `bytesInFlightLimit` admits.
 */
export class BufferCollector {
  readonly #collectGarbage: () => CollectGarbage | undefined
  readonly #nowMs: () => number
  readonly #externalBytes: () => number
  #usedBytes = 0
  #isDue = false
  #nextFullMs = 0

  constructor(
    collectGarbage = exposedGc,
    nowMs: () => number = () => performance.now(),
    externalBytes: () => number = () => getHeapStatistics().external_memory,
  ) {
    this.#collectGarbage = collectGarbage
    this.#nowMs = nowMs
    this.#externalBytes = externalBytes
  }

  /** Somebody has read or stored so many bytes, and will soon hold them no more. */
  used(sizeBytes: number): void {
    this.#usedBytes += sizeBytes
    if (this.#usedBytes < COLLECT_BUFFERS_BYTES || this.#isDue) return
    this.#isDue = true
    // The caller still has the bytes at hand.
    setImmediate(() => this.#collect())
  }

  #collect(): void {
    this.#isDue = false
    this.#usedBytes = 0
    if (this.#externalBytes() < COLLECT_ABOVE_BYTES) return
    const startedMs = this.#nowMs()
    if (startedMs < this.#nextFullMs) {
      this.#collectGarbage()?.({ type: 'minor' })
      return
    }
    this.#collectGarbage()?.()
    const endedMs = this.#nowMs()
    this.#nextFullMs = endedMs + REST_FACTOR * (endedMs - startedMs)
  }
}

let gc: CollectGarbage | undefined | null = null

/** Node gives it to programs that were started with `--expose-gc`; V8 gives it to contexts that are made under it. */
function exposedGc(): CollectGarbage | undefined {
  if (gc !== null) return gc
  gc = globalThis.gc as CollectGarbage | undefined
  if (gc === undefined) {
    setFlagsFromString('--expose-gc')
    gc = runInNewContext('typeof gc === "function" ? gc : undefined') as CollectGarbage | undefined
    setFlagsFromString('--no-expose-gc')
  }
  return gc
}

let ofThread: BufferCollector | undefined

/** The one that all runs of this thread share. */
export function threadCollector(): BufferCollector {
  ofThread ??= new BufferCollector()
  return ofThread
}
