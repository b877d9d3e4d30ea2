import { evolve } from '../../coordinator/state/evolve.js'
import { valueHash, valueText } from '../../model/hash.js'
import { type ArtifactId, jobOf, type RunId } from '../../model/id.js'
import type { ArtifactMade, JobSucceeded, LoggedEvent, MovieEvent } from '../../model/movie/event.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { ReviewEvent } from '../../model/review/artifact-review.js'
import type { RecordedVersion } from './artifact-version.js'

type Known = Omit<RecordedVersion, 'isCurrent'>

/**
 * Collects the versions of one artifact from the events of a log. Which one is current, the fold of the same events says,
 * so that there is one rule for what a pin keeps.
 */
export class VersionHistory {
  readonly #id: ArtifactId
  readonly #nameAt: (seq: number) => ArtifactId | undefined
  readonly #movie = new MovieState(new MapSlots(), 'none')
  readonly #versions: Known[] = []
  #waiting: (LoggedEvent & { readonly event: ArtifactMade }) | undefined
  #run: RunId | undefined

  /** @param nameAt what the artifact was called when an event was recorded; undefined: it was not there */
  constructor(id: ArtifactId, nameAt: (seq: number) => ArtifactId | undefined = () => id) {
    this.#id = id
    this.#nameAt = nameAt
  }

  note({ seq, event }: LoggedEvent): void {
    switch (event.type) {
      case 'run.started':
        this.#run = event.runId
        break
      case 'run.finished':
        this.#run = undefined
        break
      case 'writer.opened':
        this.#run = undefined
        this.#waiting = undefined
        this.#fold(event)
        break
      case 'artifact':
        if (event.artifactId === this.#nameAt(seq)) this.#made(seq, event)
        break
      case 'artifact.pinned':
      case 'artifact.unpinned':
      case 'artifact.removed':
        if (event.artifactId === this.#nameAt(seq)) this.#fold({ ...event, artifactId: this.#id })
        break
      case 'review.requested':
      case 'artifact.reviewed':
        if (event.artifactId === this.#nameAt(seq)) this.#judged(event)
        break
      case 'job.succeeded':
        if (event.jobId === this.#waiting?.event.jobId) this.#succeeded(event)
        break
      case 'job.failed':
        if (event.jobId === this.#waiting?.event.jobId) this.#waiting = undefined
        break
      default:
        break
    }
  }

  /** From the oldest on. */
  list(): readonly RecordedVersion[] {
    const slot = this.#movie.slots.artifactSlot(this.#id)
    const hash = this.#movie.artifactHashes.get(slot)
    const current = this.#versions.findLast(version => version.hash === hash)
    const override = this.#movie.overrides.get(slot)
    return this.#versions.map(version =>
      version === current
        ? { ...version, isCurrent: true, ...(override && { override }) }
        : { ...version, isCurrent: false },
    )
  }

  #made(seq: number, event: ArtifactMade): void {
    if (event.jobId !== undefined) {
      this.#waiting = { seq, event }
      return
    }
    const restored = this.#versions.find(version => version.seq === event.restored)
    this.#add(seq, event, 'user', restored && { restoredFrom: restored.version })
    this.#fold({ ...event, artifactId: this.#id })
  }

  #succeeded(event: JobSucceeded): void {
    const { seq, event: made } = this.#waiting!
    this.#waiting = undefined
    const { costUsd, reused, by } = event
    const { inputsHash } = made
    this.#add(seq, made, 'job', {
      ...(inputsHash !== undefined && { inputsHash }),
      ...(costUsd !== undefined && { costUsd }),
      ...(by && { by }),
      ...(reused && { reused }),
    })
    const jobId = jobOf(this.#id)
    this.#fold({ ...made, artifactId: this.#id, jobId })
    this.#fold({ ...event, jobId })
  }

  #add(
    seq: number,
    { blob, value = null, hash, timestamp }: ArtifactMade,
    madeBy: RecordedVersion['madeBy'],
    more: Partial<Known> = {},
  ): void {
    this.#versions.push({
      version: this.#versions.length + 1,
      seq,
      madeAt: timestamp,
      ...(this.#run && { runId: this.#run }),
      madeBy,
      hash: hash ?? blob?.hash ?? valueHash(value),
      sizeBytes: blob?.sizeBytes ?? Buffer.byteLength(valueText(value)),
      ...(blob ? { blob } : { value }),
      ...more,
    })
  }

  #judged(event: ReviewEvent): void {
    const at = this.#versions.findLastIndex(({ hash }) => hash === event.hash)
    const version = this.#versions[at]
    if (version === undefined) return
    const { timestamp } = event
    if (event.type === 'artifact.reviewed') {
      const { verdict, note, by } = event
      const review = { state: verdict, at: timestamp, ...(note && { note }), ...(by && { by }) }
      this.#versions[at] = { ...version, review }
    } else if (version.review === undefined)
      this.#versions[at] = { ...version, review: { state: 'waiting', at: timestamp } }
  }

  #fold(event: MovieEvent): void {
    evolve(this.#movie, event)
  }
}
