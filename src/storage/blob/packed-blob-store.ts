import { type BlobHash, isBlobHash, type MovieId } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'
import { sha256 } from '../../model/sha256.js'
import type { Bytes } from '../bytes.js'
import type { EngineFiles } from '../engine-files.js'
import type { BlobStore, Compaction, CompactOptions, Finding } from '../store.js'
import { isBlobFault, packedBlobCorrupt } from './blob-fault.js'
import { FileBlobStore } from './file-blob-store.js'
import { OlderBlobs } from './older-blobs.js'
import { BlobPacks } from './pack/blob-packs.js'
import { checkPacks } from './pack/check-packs.js'
import { compactPacks } from './pack/compact-packs.js'
import type { PackFolder } from './pack/pack-folder.js'
import type { PackWriters } from './pack/pack-writers.js'
import { smallOrStream } from './small-or-stream.js'

/** Blobs up to this many bytes share files; larger ones have one each. */
const PACKED_BLOB_LIMIT_BYTES = 64 * 1024
/** A movie's packs that nobody has used for so long are closed, and what was known of them is let go. */
const BLOB_PACK_IDLE_MS = 30_000

/**
 * Small blobs in packs, larger ones in a file each; a blob is found wherever it is. What is open is closed when it is
 * released, or not used for a while, and opened again when it is needed.
 */
export class PackedBlobStore implements BlobStore {
  readonly #folder: PackFolder
  readonly #files: FileBlobStore
  readonly #older: OlderBlobs
  readonly #writers: PackWriters
  #current: BlobPacks | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(movie: MovieId | undefined, files: EngineFiles, folder: PackFolder, writers: PackWriters) {
    this.#folder = folder
    this.#files = new FileBlobStore(movie, files)
    this.#older = new OlderBlobs(movie, files)
    this.#writers = writers
  }

  async put(data: Bytes, mimeType: string): Promise<BlobRef> {
    const known = data instanceof Uint8Array ? data : await smallOrStream(data, PACKED_BLOB_LIMIT_BYTES)
    if (!(known instanceof Uint8Array) || known.length > PACKED_BLOB_LIMIT_BYTES) {
      return await this.#files.put(known, mimeType)
    }
    const hash = sha256(known) as BlobHash
    const sizeBytes = known.length
    await this.#packs.store(hash, known)
    return { hash, sizeBytes, mimeType }
  }

  async sizeOf(hash: string): Promise<number | undefined> {
    if (!isBlobHash(hash)) return undefined
    const packs = this.#packs
    await packs.load()
    return (
      packs.catalogue.find(hash)[0]?.sizeBytes ??
      (await this.#files.sizeOf(hash)) ??
      (await packs.catalogue.refresh().then(() => packs.catalogue.find(hash)[0]?.sizeBytes))
    )
  }

  async read(blob: BlobRef): Promise<Uint8Array> {
    if (isPackable(blob)) return await this.#readSmall(blob)
    try {
      return await this.#files.read(blob)
    } catch (error) {
      if (!isBlobFault(error)) throw error
      return await this.#readSmall(blob, error)
    }
  }

  async *readStream(blob: BlobRef): AsyncGenerator<Uint8Array> {
    if (isPackable(blob)) yield await this.#readSmall(blob)
    else yield* this.#files.readStream(blob)
  }

  async *check(blobs: ReadonlyMap<string, BlobRef>): AsyncGenerator<Finding> {
    const rest = new Map(blobs)
    yield* checkPacks(this.#folder, rest)
    yield* this.#files.check(rest)
  }

  async compact(isNamed: (hash: string) => boolean, options: CompactOptions): Promise<Compaction> {
    await this.release()
    return await compactPacks(this.#folder, this.#writers, isNamed, options)
  }

  async rest(): Promise<void> {
    await this.#current?.rest()
  }

  async release(): Promise<void> {
    const packs = this.#current
    this.#current = undefined
    clearTimeout(this.#idle)
    this.#idle = undefined
    await packs?.close()
  }

  get #packs(): BlobPacks {
    this.#idle ??= setTimeout(() => void this.release(), BLOB_PACK_IDLE_MS).unref()
    this.#idle.refresh()
    this.#current ??= new BlobPacks(this.#folder, this.#writers, this.#older)
    return this.#current
  }

  /** @param fault of the file, when that has been read already */
  async #readSmall(blob: BlobRef, fault?: Error): Promise<Uint8Array> {
    const packs = this.#packs
    await packs.load()
    let found = await this.#copyOf(packs, blob)
    if (found instanceof Uint8Array) return found
    let ofFile = fault
    if (ofFile === undefined && this.#older.mayHold(blob.hash)) {
      const bytes = await this.#fileOf(blob)
      if (bytes instanceof Uint8Array) return bytes
      ofFile = bytes
    }
    // Another thread may have stored it a moment ago, or put packs together.
    await packs.catalogue.refresh()
    found = (await this.#copyOf(packs, blob)) ?? found
    if (found instanceof Uint8Array) return found
    const last = found ?? ofFile ?? (await this.#fileOf(blob))
    if (last instanceof Error) throw last
    return last
  }

  /** A copy whose hash is right; what is wrong with the others; undefined when no pack has one. */
  async #copyOf(packs: BlobPacks, blob: BlobRef): Promise<Uint8Array | Error | undefined> {
    let fault: Error | undefined
    for (const place of isBlobHash(blob.hash) ? packs.catalogue.find(blob.hash) : []) {
      const bytes = await packs.bytesAt(place)
      const isGone = packs.catalogue.packOf(place).state === 'gone'
      if (bytes?.length === blob.sizeBytes && sha256(bytes) === blob.hash) return bytes
      if (isGone) continue
      const path = `${this.#folder.pathOf(packs.catalogue.packOf(place).name)}:${place.offset}`
      fault ??= packedBlobCorrupt(path, bytes?.length ?? 0, blob)
    }
    return fault
  }

  async #fileOf(blob: BlobRef): Promise<Uint8Array | Error> {
    return await this.#files.read(blob).catch(error => {
      if (isBlobFault(error)) return error
      throw error
    })
  }
}

const isPackable = ({ sizeBytes }: BlobRef): boolean => sizeBytes <= PACKED_BLOB_LIMIT_BYTES
