import { isBlobRef } from '../../model/blob-ref.js'
import { valueHash } from '../../model/hash.js'
import type { ProducedArtifact } from '../../model/job.js'
import { isJsonObject, type JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { OutputRequest } from '../../model/provider/provider.js'
import { layout } from '../layout.js'
import type { BlobStore, Store } from '../store.js'

/** An entry of the cache: the values of one job. */
const CACHE_ENTRY_LIMIT_BYTES = 16 * 1024 * 1024

type CacheStore = Omit<Store, 'log' | 'manifests' | 'listMovies'>
type Outputs = Readonly<Record<string, OutputRequest>>

/** What a look into the cache found. */
export type CacheFinding =
  | { readonly state: 'found'; readonly artifacts: readonly ProducedArtifact[] }
  | { readonly state: 'absent' }
  /** There is an entry that says nothing of use. */
  | { readonly state: 'damaged' }

const FORMAT = { format: 'showrunner-cache', version: 1 } as const

/**
 * Results of jobs by what went into them, shared by movies: an entry for each job, and blobs beside it. Nothing in
 * it is trusted; a damaged entry is as good as none. Blobs are stored before the entry that names them.
 */
export class ResultCache implements AsyncDisposable {
  readonly url: string
  readonly isReachableFromThreads: boolean
  readonly blobs: BlobStore
  readonly #store: CacheStore

  constructor(store: CacheStore) {
    this.#store = store
    this.url = store.url
    this.isReachableFromThreads = store.isReachableFromThreads
    this.blobs = store.blobs()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  /** @param outputs what the job makes: an entry for anything else is damaged */
  async find(key: string, outputs: Outputs): Promise<CacheFinding> {
    const bytes = await this.#store.files.read(layout.cacheEntry(key))
    if (bytes === undefined) return { state: 'absent' }
    const artifacts = readEntry(bytes, outputs)
    return artifacts === undefined ? { state: 'damaged' } : { state: 'found', artifacts }
  }

  /** Takes a damaged blob away: bytes of a name that is taken are not written again. */
  async discard(blob: BlobRef): Promise<void> {
    await this.#store.files.delete(layout.blob(undefined, blob.hash))
  }

  /** Keeps an entry whose blobs are here. @param how `over`: in the place of the one that is there */
  async keep(key: string, artifacts: readonly ProducedArtifact[], how: 'new' | 'over'): Promise<void> {
    const text = `${JSON.stringify({ ...FORMAT, artifacts })}\n`
    const bytes = Buffer.from(text)
    if (bytes.byteLength > CACHE_ENTRY_LIMIT_BYTES) return
    const path = layout.cacheEntry(key)
    if (how === 'over') await this.#store.files.replace(path, bytes)
    else await this.#store.files.create(path, bytes)
  }
}

/** Undefined for anything but an entry with exactly these outputs, whose values have their hashes. */
function readEntry(bytes: Uint8Array, outputs: Outputs): readonly ProducedArtifact[] | undefined {
  let entry: unknown
  try {
    entry = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
  const { format, version, artifacts } = (entry ?? {}) as Record<string, unknown>
  if (format !== FORMAT.format || version !== FORMAT.version || !Array.isArray(artifacts)) return undefined
  // Two blueprints may name the same outputs in another order.
  const wanted = new Set(
    Object.entries(outputs).flatMap(([output, { count = 1 }]) =>
      Array.from({ length: count }, (_, index) => placeOf(output, index)),
    ),
  )
  const isWhole = artifacts.every(
    artifact => isArtifact(artifact) && wanted.delete(placeOf(artifact.output, artifact.index)),
  )
  return isWhole && wanted.size === 0 ? artifacts : undefined
}

const placeOf = (output: string, index: number): string => `${output} ${index}`

function isArtifact(found: unknown): found is ProducedArtifact {
  if (!isJsonObject(found as JsonValue)) return false
  const { value, blob, hash } = found as Partial<ProducedArtifact>
  if (blob !== undefined) return value === undefined && isBlobRef(blob) && blob.hash === hash
  return value !== undefined && valueHash(value) === hash
}
