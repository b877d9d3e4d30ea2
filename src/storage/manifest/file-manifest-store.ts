import * as crypto from 'node:crypto'
import { isShowrunnerError, ManifestConflictError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { ManifestHeader } from '../../model/movie/manifest.js'
import { collectBytes } from '../collect-bytes.js'
import type { EngineFiles } from '../engine-files.js'
import { layout, revisionOf } from '../layout.js'
import type {
  Finding,
  LoadedManifest,
  ManifestBase,
  ManifestContent,
  ManifestLookup,
  ManifestStore,
  ManifestVisitor,
} from '../store.js'
import { openLookup, type ReadRange } from './manifest-lookup.js'
import { readManifest } from './manifest-reader.js'
import { manifestText } from './manifest-text.js'

/** Each revision is a file of its own, created and never changed. */
export class FileManifestStore implements ManifestStore {
  readonly #movie: MovieId
  readonly #files: EngineFiles

  constructor(movie: MovieId, files: EngineFiles) {
    this.#movie = movie
    this.#files = files
  }

  async newestRevision(): Promise<number> {
    return (await this.#revisions()).at(-1) ?? 0
  }

  async load(visitor: ManifestVisitor): Promise<LoadedManifest | undefined> {
    const revision = await this.newestRevision()
    return revision === 0 ? undefined : this.#read(revision, visitor)
  }

  async lookUp(): Promise<ManifestLookup | undefined> {
    const revision = await this.newestRevision()
    if (revision === 0) return undefined
    const path = layout.manifest(this.#movie, revision)
    const read: ReadRange = (from, to) => collectBytes(this.#files.readRange(path, from, to))
    const sizeBytes = (await this.#files.size(path)) ?? 0
    return await openLookup({ path, movie: this.#movie, revision, sizeBytes }, read)
  }

  async newest(): Promise<ManifestBase | undefined> {
    const revision = await this.newestRevision()
    return revision === 0 ? undefined : { header: { revision }, hash: await this.#hashOf(revision) }
  }

  async save(content: ManifestContent, previous: ManifestBase | undefined): Promise<LoadedManifest> {
    const base = previous?.header.revision ?? 0
    const newest = await this.newest()
    // The new revision vouches for the old one's hash, so it must still be true.
    if (newest?.hash !== previous?.hash || (newest?.header.revision ?? 0) !== base)
      throw this.#conflict(previous, newest)
    const header: ManifestHeader = {
      format: 'showrunner-manifest',
      version: versionOf(content),
      movieId: this.#movie,
      revision: base + 1,
      previousHash: previous?.hash ?? null,
      ...content.header,
    }
    let hash = ''
    const text = manifestText({ ...content, header }, sha256 => {
      hash = sha256
    })
    const outcome = await this.#files.create(layout.manifest(this.#movie, header.revision), text)
    if (outcome === 'exists') {
      throw this.#conflict(previous, await this.newest())
    }
    return { header, hash }
  }

  async *check(): AsyncGenerator<Finding> {
    let before: { readonly revision: number; readonly hash: string } | undefined
    for (const revision of await this.#revisions()) {
      const where = layout.manifest(this.#movie, revision)
      try {
        const { header, hash } = await this.#read(revision, { artifact: () => {}, job: () => {} })
        const follows = before?.revision === revision - 1
        if (follows && header.previousHash !== before?.hash) {
          yield {
            severity: 'damage',
            where,
            message: 'carries another hash than that of the revision before it',
          }
        }
        before = { revision, hash }
      } catch (error) {
        if (!isShowrunnerError(error)) throw error
        if (error.details.found !== undefined) {
          yield { severity: 'damage', where, message: error.message }
          continue
        }
        // Old revisions are removed while this reads.
        if ((await this.#files.size(where)) === undefined) continue
        if (error.code !== 'MANIFEST_CORRUPT') throw error
        const line = error.details.line as number
        yield { severity: 'damage', where: `${where}:${line}`, message: String(error.details.reason) }
        before = { revision, hash: await this.#hashOf(revision) }
      }
    }
  }

  async #revisions(): Promise<number[]> {
    const names = await this.#files.names(layout.manifests(this.#movie))
    const revisions = names.map(revisionOf).filter(revision => revision !== undefined)
    return revisions.sort((a, b) => a - b)
  }

  #read(revision: number, visitor: ManifestVisitor): Promise<LoadedManifest> {
    const path = layout.manifest(this.#movie, revision)
    return readManifest({ path, movie: this.#movie, revision, chunks: this.#chunks(revision) }, visitor)
  }

  #conflict(expected: ManifestBase | undefined, actual: ManifestBase | undefined): ManifestConflictError {
    return new ManifestConflictError(this.#movie, expected?.hash ?? null, actual?.hash ?? null)
  }

  async #hashOf(revision: number): Promise<string> {
    const hash = crypto.createHash('sha256')
    for await (const chunk of this.#chunks(revision)) hash.update(chunk)
    return hash.digest('hex')
  }

  #chunks(revision: number): AsyncIterable<Uint8Array> {
    return this.#files.readRange(layout.manifest(this.#movie, revision), 0, Number.MAX_SAFE_INTEGER)
  }
}

/** Older versions refuse what they would read wrongly. */
function versionOf({ lists, results, hasReviews }: ManifestContent): ManifestHeader['version'] {
  if (lists !== undefined) return 3
  return hasReviews || (results?.length ?? 0) > 0 ? 2 : 1
}
