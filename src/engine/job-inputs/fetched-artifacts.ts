import type { JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { ArtifactSource, JobEnd } from '../../plan/values/artifact-source.js'
import type { KnownArtifact } from './run-inputs.js'

/** Artifacts that were asked for beforehand, as templates are filled in from them; any others are not there. */
export class FetchedArtifacts implements ArtifactSource {
  readonly unavailableCount = 0
  readonly #ask: (slot: number) => Promise<KnownArtifact | undefined>
  readonly #read: (blob: BlobRef) => Promise<Uint8Array | undefined>
  readonly #known = new Map<number, KnownArtifact | undefined>()
  readonly #loaded = new Map<string, JsonValue>()

  constructor(
    ask: (slot: number) => Promise<KnownArtifact | undefined>,
    read: (blob: BlobRef) => Promise<Uint8Array | undefined>,
  ) {
    this.#ask = ask
    this.#read = read
  }

  async fetch(slots: readonly number[]): Promise<void> {
    for (const slot of slots) if (!this.#known.has(slot)) this.#known.set(slot, await this.#ask(slot))
  }

  /** Large texts and values. */
  async load(blobs: readonly BlobRef[]): Promise<void> {
    for (const blob of blobs) {
      const bytes = await this.#read(blob)
      if (bytes === undefined) continue
      const text = Buffer.from(bytes).toString('utf8')
      this.#loaded.set(blob.hash, blob.mimeType.startsWith('application/json') ? JSON.parse(text) : text)
    }
  }

  /** The value of one artifact, whole. */
  async valueOf(slot: number): Promise<JsonValue | undefined> {
    await this.fetch([slot])
    const blob = this.artifactBlob(slot)
    if (blob === undefined) return this.artifactValue(slot)
    await this.load([blob])
    return this.loadedValue(blob.hash)
  }

  endOf(): JobEnd {
    return 'made'
  }

  isUnavailable(): boolean {
    return false
  }

  hasArtifact(slot: number): boolean {
    return this.#known.get(slot) !== undefined
  }

  artifactValue(slot: number): JsonValue | undefined {
    return this.#known.get(slot)?.value
  }

  artifactBlob(slot: number): BlobRef | undefined {
    return this.#known.get(slot)?.blob
  }

  artifactHash(slot: number): string {
    return this.#known.get(slot)?.hash ?? ''
  }

  loadedValue(blobHash: string): JsonValue | undefined {
    return this.#loaded.get(blobHash)
  }
}
