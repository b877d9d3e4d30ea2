import { isShowrunnerError } from '../model/error.js'
import type { BlobRef } from '../model/event.js'
import type { MovieId } from '../model/id.js'
import type { ManifestHeader } from '../model/manifest.js'
import { MovieState } from '../model/movie-state.js'
import type { SlotIndex } from '../model/slots.js'
import { layout } from '../storage/layout.js'
import type { Finding, Store } from '../storage/store.js'
export type Report = (finding: Finding) => void

/** The newest manifest, to be compared with the fold of the log up to the position it covers. */
export class ManifestCheck {
  readonly header: ManifestHeader
  readonly #saved: MovieState
  #isCompared = false

  private constructor(header: ManifestHeader, saved: MovieState) {
    this.header = header
    this.#saved = saved
  }

  /**
   * Undefined when there is none, or it is damaged or no file, which the check of the revisions tells. `slots` are shared
   * with the fold, so that both states number ids alike.
   */
  static async load(store: Store, movieId: MovieId, slots: SlotIndex): Promise<ManifestCheck | undefined> {
    const saved = new MovieState(slots)
    try {
      const manifest = await store.manifests(movieId).load({
        artifact: record => saved.restoreArtifact(record),
        job: record => saved.restoreJob(record),
      })
      return manifest && new ManifestCheck(manifest.header, saved)
    } catch (error) {
      const isReported = (code: string, details: Readonly<Record<string, unknown>>) =>
        code === 'MANIFEST_CORRUPT' || details.found !== undefined
      if (isShowrunnerError(error) && isReported(error.code, error.details)) return undefined
      throw error
    }
  }

  *blobs(): IterableIterator<BlobRef> {
    for (const { blob } of this.#saved.artifacts()) if (blob) yield blob
  }

  /** To be called with the fold of exactly the events that the manifest covers. */
  compare(folded: MovieState, report: Report): void {
    this.#isCompared = true
    const { slots } = folded
    for (let slot = 0; slot < slots.artifactCount; slot++)
      this.#compareRecords(
        slots.artifactIdAt(slot),
        this.#saved.artifact(slot),
        folded.artifact(slot),
        report,
      )
    for (let slot = 0; slot < slots.jobCount; slot++)
      this.#compareRecords(slots.jobIdAt(slot), this.#saved.job(slot), folded.job(slot), report)
  }

  /** To be called at the end of the log. */
  expectCompared(events: number, report: Report): void {
    if (this.#isCompared) return
    this.#damage(`covers ${this.header.position.seq} events, the log has only ${events}`, report)
  }

  #compareRecords(id: string, saved: object | undefined, folded: object | undefined, report: Report): void {
    if (JSON.stringify(saved) === JSON.stringify(folded)) return
    if (saved !== undefined && folded !== undefined && isOlderRecord(saved, folded)) return
    if (saved === undefined) this.#damage(`lacks ${id}, which the log has`, report)
    else if (folded === undefined) this.#damage(`has ${id}, which the log has not`, report)
    else this.#damage(`${id} differs from the fold of the log`, report)
  }

  #damage(message: string, report: Report): void {
    const where = layout.manifest(this.header.movieId, this.header.revision)
    report({ severity: 'damage', where, message })
  }
}

/** Older versions did not say of a failed job that it was to be tried again. */
function isOlderRecord(saved: object, folded: object): boolean {
  if ('willRetry' in saved || !('willRetry' in folded)) return false
  const { willRetry: _, ...rest } = folded
  return JSON.stringify(saved) === JSON.stringify(rest)
}
