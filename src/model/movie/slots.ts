import { type ArtifactId, type JobId, jobOf } from '../id.js'
import { ArtifactsByJob } from './artifacts-by-job.js'
import { IdNumbers } from './id-numbers.js'

/**
 * Numbers jobs and artifacts, so that their state can sit in typed arrays. A plan answers by arithmetic;
 * without a plan {@link MapSlots} numbers ids in the order they are first seen.
 */
export interface SlotIndex {
  readonly jobCount: number
  readonly artifactCount: number
  /** The id's number; an id not seen before gets the next free one. */
  jobSlot(id: JobId): number
  artifactSlot(id: ArtifactId): number
  jobIdAt(slot: number): JobId
  artifactIdAt(slot: number): ArtifactId
  /** What an artifact's id has after the job's: `Image`, `Pages[intro]`. */
  partAt(slot: number): string
  /** The number of a job that has been seen, or that the plan has; otherwise -1. */
  knownJob(id: JobId): number
  /** The number of an artifact that has been seen, or that the plan has; otherwise -1. */
  knownArtifact(id: ArtifactId): number
  /** The artifacts of a job that are there, also those that no plan knows any more. */
  artifactsOf(job: number, isThere: (artifact: number) => boolean): readonly number[]
}

/** Slots for ids that no plan knows. */
export class MapSlots implements SlotIndex {
  readonly #jobs = new IdNumbers<JobId>()
  readonly #artifacts = new IdNumbers<ArtifactId>()
  readonly #byJob = new ArtifactsByJob(artifact => this.#artifacts.at(artifact))

  get jobCount(): number {
    return this.#jobs.count
  }
  get artifactCount(): number {
    return this.#artifacts.count
  }
  /** The slot that an id has; -1 when it was never seen. */
  findJob(id: JobId): number {
    return this.#jobs.find(id)
  }
  findArtifact(id: ArtifactId): number {
    return this.#artifacts.find(id)
  }
  jobSlot(id: JobId): number {
    return this.#jobs.numberOf(id)
  }
  artifactSlot(id: ArtifactId): number {
    return this.#artifacts.numberOf(id)
  }
  jobIdAt(slot: number): JobId {
    return this.#jobs.at(slot)
  }
  artifactIdAt(slot: number): ArtifactId {
    return this.#artifacts.at(slot)
  }
  partAt(slot: number): string {
    const id = this.artifactIdAt(slot)
    return id.slice(jobOf(id).length + 1)
  }
  knownJob(id: JobId): number {
    return this.#jobs.find(id)
  }
  knownArtifact(id: ArtifactId): number {
    return this.#artifacts.find(id)
  }
  artifactsOf(job: number, isThere: (artifact: number) => boolean): readonly number[] {
    return this.artifactsOfId(this.jobIdAt(job), isThere)
  }
  artifactsOfId(id: JobId, isThere: (artifact: number) => boolean): readonly number[] {
    return this.#byJob.of(id, this.artifactCount, isThere)
  }
}
