import type { BlobRef } from '../../../model/movie/event.js'
import type { Attempt } from '../attempt.js'
import type { BlobAccess } from './blob-access.js'
import type { ArtifactSink } from './collect-artifacts.js'

/** Where the artifacts of one attempt go. */
export class AttemptSink implements ArtifactSink {
  readonly inlineLimitBytes: number
  readonly #attempt: Attempt
  readonly #blobs: BlobAccess
  readonly #told: Set<string>

  /** @param told what was said already of its producer's outputs, on this thread */
  constructor(attempt: Attempt, blobs: BlobAccess, inlineLimitBytes: number, told: Set<string>) {
    this.#attempt = attempt
    this.#blobs = blobs
    this.inlineLimitBytes = inlineLimitBytes
    this.#told = told
  }

  put(bytes: Uint8Array, mimeType: string): Promise<BlobRef> {
    return this.#blobs.put(bytes, mimeType)
  }

  async storedSize(hash: string): Promise<number | undefined> {
    return this.#attempt.madeBlob(hash)?.sizeBytes ?? (await this.#blobs.sizeOf(hash))
  }

  storedHead(hash: string): Uint8Array | undefined {
    return this.#attempt.madeBlob(hash)?.head
  }

  /** Told once for all jobs of a producer: a service that sends another type always sends it. */
  retyped(output: string, asked: string, kept: string): void {
    const message = `Output "${output}" is kept as ${kept}, which its bytes are; the blueprint says ${asked}.`
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#attempt.send({ type: 'job.log', level: 'warn', message })
  }
}
