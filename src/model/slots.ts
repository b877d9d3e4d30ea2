import type { ArtifactId, JobId } from './id.js'

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
}

class IdNumbers<Id extends string> {
  readonly ids: Id[] = []
  readonly #numbers = new Map<Id, number>()

  numberOf(id: Id): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }
}

/** Slots for ids that no plan knows. */
export class MapSlots implements SlotIndex {
  readonly #jobs = new IdNumbers<JobId>()
  readonly #artifacts = new IdNumbers<ArtifactId>()

  get jobCount(): number {
    return this.#jobs.ids.length
  }
  get artifactCount(): number {
    return this.#artifacts.ids.length
  }
  jobSlot(id: JobId): number {
    return this.#jobs.numberOf(id)
  }
  artifactSlot(id: ArtifactId): number {
    return this.#artifacts.numberOf(id)
  }
  jobIdAt(slot: number): JobId {
    return this.#jobs.ids[slot]!
  }
  artifactIdAt(slot: number): ArtifactId {
    return this.#artifacts.ids[slot]!
  }
}
