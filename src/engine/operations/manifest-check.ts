import { isShowrunnerError } from '../../model/error/error.js'
import { valueHash } from '../../model/hash.js'
import type { MovieId } from '../../model/id.js'
import { HashColumn } from '../../model/movie/column/hash-column.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { SlotIndex } from '../../model/movie/slots.js'
import { sha256 } from '../../model/sha256.js'
import { layout } from '../../storage/layout.js'
import type { Finding, ManifestVisitor, Store } from '../../storage/store.js'

export type Report = (finding: Finding) => void

/**
 * The newest manifest, to be compared with the fold of the log up to the position it covers. Of each record it keeps
 * a hash only: a value is what its hash says, which is checked when the record is read.
 */
export class ManifestCheck {
  readonly header: ManifestHeader
  readonly #records: Records
  #isCompared = false

  private constructor(header: ManifestHeader, records: Records) {
    this.header = header
    this.#records = records
  }

  /**
   * Undefined when there is none, or it is damaged or no file, which the check of the revisions tells. `slots` are shared
   * with the fold, so that both number ids alike.
   */
  static async load(store: Store, movieId: MovieId, slots: SlotIndex): Promise<ManifestCheck | undefined> {
    const records = new Records(slots)
    try {
      const manifest = await store.manifests(movieId).load(records)
      return manifest && new ManifestCheck(manifest.header, records)
    } catch (error) {
      const isReported = (code: string, details: Readonly<Record<string, unknown>>) =>
        code === 'MANIFEST_CORRUPT' || details.found !== undefined
      if (isShowrunnerError(error) && isReported(error.code, error.details)) return undefined
      throw error
    }
  }

  blobs(): Iterable<BlobRef> {
    return this.#records.blobs.values()
  }

  /** To be called with the fold of exactly the events that the manifest covers. */
  compare(folded: MovieState, report: Report): void {
    this.#isCompared = true
    const { slots } = folded
    const { artifacts, jobs } = this.#records
    for (let slot = 0; slot < slots.artifactCount; slot++) {
      const artifact = folded.artifact(slot)
      const saved = artifacts.get(slot)
      if (artifact?.isOutdated && saved === digestOf(olderArtifact(artifact))) continue
      this.#compareRecords(() => slots.artifactIdAt(slot), saved, digestOf(artifact), report)
    }
    for (let slot = 0; slot < slots.jobCount; slot++) {
      const job = folded.job(slot)
      const saved = jobs.get(slot)
      if (job?.willRetry !== undefined && saved === digestOf(olderRecord(job))) continue
      this.#compareRecords(() => slots.jobIdAt(slot), saved, digestOf(job), report)
    }
  }

  /** To be called at the end of the log. */
  expectCompared(events: number, report: Report): void {
    if (this.#isCompared) return
    this.#damage(`covers ${this.header.position.seq} events, the log has only ${events}`, report)
  }

  #compareRecords(
    id: () => string,
    saved: string | undefined,
    folded: string | undefined,
    report: Report,
  ): void {
    if (saved === folded) return
    if (saved === undefined) this.#damage(`lacks ${id()}, which the log has`, report)
    else if (folded === undefined) this.#damage(`has ${id()}, which the log does not have`, report)
    else this.#damage(`${id()} differs from the fold of the log`, report)
  }

  #damage(message: string, report: Report): void {
    const where = layout.manifest(this.header.movieId, this.header.revision)
    report({ severity: 'damage', where, message })
  }
}

/** Older versions did not say of a pinned artifact that its job has made another one. */
function olderArtifact({ isOutdated: _, ...rest }: ArtifactRecord): ArtifactRecord {
  return rest
}

/** Older versions did not say of a failed job that it was to be tried again. */
function olderRecord({ willRetry: _, ...rest }: JobRecord): JobRecord {
  return rest
}

/** Hashes of a manifest's records by slot, and its blobs. */
class Records implements ManifestVisitor {
  readonly artifacts = new HashColumn(0)
  readonly jobs = new HashColumn(0)
  readonly blobs = new Map<string, BlobRef>()
  readonly #slots: SlotIndex

  constructor(slots: SlotIndex) {
    this.#slots = slots
  }

  artifact(record: ArtifactRecord): void {
    if (record.blob) this.blobs.set(record.blob.hash, record.blob)
    const isWhole = record.blob !== undefined || valueHash(record.value ?? null) === record.hash
    // The record of a value that is not what its hash says equals none.
    const digest = isWhole ? digestOf(record)! : sha256('')
    this.artifacts.set(this.#slots.artifactSlot(record.artifactId), digest)
  }

  job(record: JobRecord): void {
    this.jobs.set(this.#slots.jobSlot(record.jobId), digestOf(record)!)
  }
}

/** Of all that a record says, except for an artifact's value, which its hash stands for. */
function digestOf(record: ArtifactRecord | JobRecord | undefined): string | undefined {
  return record && sha256(JSON.stringify({ ...record, value: undefined }))
}
