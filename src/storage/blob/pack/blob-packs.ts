import type { BlobPlace } from './blob-places.js'
import { OpenPacks } from './open-packs.js'
import { type KnownPack, PackCatalogue } from './pack-catalogue.js'
import type { PackFolder } from './pack-folder.js'
import { blobOffset } from './pack-record.js'
import { PackLostError, type PackWriter } from './pack-writer.js'
import type { PackWriters } from './pack-writers.js'

/** A pack that has so much is sealed when its thread has no work; a smaller one is soon read without an index. */
const BLOB_PACK_REST_BYTES = 1024 * 1024

/** Packs that may be lost, one after the other, while one blob is stored. */
const LOST_LIMIT = 3

/** Where small blobs may be besides packs. */
export interface OtherBlobs {
  /** To be called first. */
  load(): Promise<void>
  mayHold(hash: string): boolean
  /** Exactly these bytes are there, and durable. */
  holds(hash: string, bytes: Uint8Array): Promise<boolean>
}

/**
 * The packs of a movie as one process uses them: reads any, writes one of its own. Nothing that is known of them is
 * relied on unseen: somebody else may have put them together or deleted them.
 */
export class BlobPacks {
  readonly catalogue: PackCatalogue
  readonly open: OpenPacks
  readonly #folder: PackFolder
  readonly #writers: PackWriters
  readonly #others: OtherBlobs
  readonly #storing = new Map<string, Promise<void>>()
  #isLoaded = false
  #loading: Promise<void> | undefined
  #writer: PackWriter | undefined
  #writerPack: KnownPack | undefined
  #opening: Promise<void> | undefined
  readonly #sealing = new Set<Promise<void>>()

  constructor(folder: PackFolder, writers: PackWriters, others: OtherBlobs) {
    this.#folder = folder
    this.#writers = writers
    this.#others = others
    this.open = new OpenPacks(folder)
    this.catalogue = new PackCatalogue(folder, this.open)
  }

  /** Looks at what is there, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch(error => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  /**
   * Stores bytes, unless they are stored already. Durable when it resolves; the caller may use its buffer again
   * at once.
   */
  store(hash: string, bytes: Uint8Array): Promise<void> {
    let storing = this.#storing.get(hash)
    if (storing === undefined) {
      storing = this.#store(hash, bytes).finally(() => this.#storing.delete(hash))
      this.#storing.set(hash, storing)
    }
    return storing
  }

  /** The bytes of a copy that is there; undefined when it is not, or cut off. Their hash is not checked. */
  async bytesAt(place: BlobPlace): Promise<Buffer | undefined> {
    const pack = this.catalogue.packOf(place)
    const from = blobOffset(place)
    const bytes = await this.open.use(pack.name, async open => await open.read(from, from + place.sizeBytes))
    if (bytes === undefined) this.catalogue.forget(pack)
    return bytes?.length === place.sizeBytes ? bytes : undefined
  }

  /** Seals a pack that is slow to read by its heads; what is known of all of them stays. */
  async rest(): Promise<void> {
    if (this.#writer?.isIdle && this.#writer.sizeBytes >= BLOB_PACK_REST_BYTES) this.#seal()
    await Promise.all(this.#sealing)
  }

  /** Ends what is open; whatever was stored stays. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#storing.values())
    this.#seal()
    await Promise.all(this.#sealing)
    await this.open.close()
  }

  async #load(): Promise<void> {
    await Promise.all([this.catalogue.refresh(), this.#others.load()])
    this.#isLoaded = true
  }

  #store(hash: string, bytes: Uint8Array): Promise<void> {
    const isSeen = this.#isLoaded ? this.#others.mayHold(hash) : this.#folder.looksFirst
    const isNew = !isSeen && this.catalogue.find(hash).length === 0
    // The writer copies the bytes at once; before anything is waited for, this must.
    if (isNew && this.#writer?.takesMore) return this.#append(hash, bytes)
    return this.#storeLater(hash, Buffer.from(bytes))
  }

  async #storeLater(hash: string, bytes: Buffer): Promise<void> {
    if (this.#folder.looksFirst) await this.load()
    for (const place of this.catalogue.find(hash)) if (await this.#isSound(place, bytes)) return
    if (this.#others.mayHold(hash) && (await this.#others.holds(hash, bytes))) return
    await this.#append(hash, bytes)
  }

  async #append(hash: string, given: Uint8Array): Promise<void> {
    for (let bytes = given, lost = 0; ; lost++) {
      // Many may have waited for the same writer, and filled it.
      while (!this.#writer?.takesMore) await this.#ensureWriter()
      const [writer, pack] = [this.#writer!, this.#writerPack!]
      try {
        const offset = await writer.append(hash, bytes)
        this.catalogue.places.add(hash, { pack: pack.number, offset, sizeBytes: bytes.length })
        pack.durableEnd = writer.sizeBytes
        return
      } catch (error) {
        // What a failed write has left takes up space that others need.
        if (this.#writer === writer) this.#seal()
        if (!(error instanceof PackLostError) || lost === LOST_LIMIT) throw error
        bytes = error.bytes
      }
    }
  }

  /** The copy is there, whole and durable. */
  async #isSound(place: BlobPlace, bytes: Buffer): Promise<boolean> {
    if (place.sizeBytes !== bytes.length) return false
    const stored = await this.bytesAt(place)
    if (stored === undefined || !stored.equals(bytes)) return false
    const pack = this.catalogue.packOf(place)
    const isSound = await this.open.use(pack.name, async open => {
      if (open.isDeleted()) return false
      if (!this.#folder.isDurable || pack.durableEnd > place.offset) return true
      const end = open.sizeBytes()
      await open.sync()
      await this.#folder.settle(pack.name)
      pack.durableEnd = end
      return true
    })
    if (!isSound) this.catalogue.forget(pack)
    return isSound === true
  }

  /** Begins another pack when the present one is full, failed or gone. */
  async #ensureWriter(): Promise<void> {
    while (!this.#writer?.takesMore) {
      this.#opening ??= this.#begin().finally(() => {
        this.#opening = undefined
      })
      await this.#opening
    }
  }

  async #begin(): Promise<void> {
    this.#seal()
    const writer = await this.#writers.open(this.#folder)
    this.#writerPack = this.catalogue.addOwn(writer.name)
    this.#writer = writer
  }

  #seal(): void {
    const writer = this.#writer
    if (writer === undefined) return
    this.#writer = undefined
    const sealing = this.#writers.close(writer).finally(() => this.#sealing.delete(sealing))
    this.#sealing.add(sealing)
  }
}
