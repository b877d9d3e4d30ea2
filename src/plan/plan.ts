import type { ArtifactReference, Blueprint } from '../blueprint/blueprint.js'
import type { RowList } from '../blueprint/inputs/table.js'
import type { Edge } from './geometry/edge.js'
import type { InputValues } from './geometry/extents.js'
import type { Family } from './geometry/family.js'
import type { PlanSlots } from './geometry/plan-slots.js'
import type { KeysByLoop } from './identity/element-keys.js'
import type { ArtifactRead } from './values/artifact-read.js'

/** The order of jobs, one layer after the other. */
export interface Layers {
  /** Layer by job, from 0. */
  readonly layerOf: Int32Array
  /** Jobs in each layer. */
  readonly sizes: Int32Array
}

/** Which jobs wait for nothing any more, while others settle. */
export interface JobTracker {
  /** The jobs that wait for nothing at the start, in order. */
  initiallyReady(): IterableIterator<number>
  /** A job of `family` has settled, whatever its outcome; calls `onReady` for each job that this frees. */
  complete(family: Family, job: number, onReady: (job: number) => void): void
}

/** What a run will do, as families × extents: no object exists a job. */
export interface Plan {
  readonly blueprint: Blueprint
  readonly inputs: InputValues
  readonly families: readonly Family[]
  readonly edges: readonly Edge[]
  readonly jobCount: number
  readonly artifactCount: number
  readonly layers: Layers
  /** Elements of each `over` loop. */
  readonly elements: ReadonlyMap<string, RowList>
  /** Keys of the elements, by each loop that has some. */
  readonly keys: KeysByLoop
  /** Reads of each family, by its index. */
  readonly reads: readonly (readonly ArtifactRead[])[]
  readonly readOf: ReadonlyMap<ArtifactReference, ArtifactRead>
  /** SHA-256 of the blueprint's definition and the inputs. */
  readonly hash: string
  /** Ids ↔ slots, for the state of a movie. */
  createSlots(): PlanSlots
  /** Of a run that begins now. */
  createTracker(): JobTracker
  familyOf(job: number): Family
  /** The job that makes an artifact of this plan. */
  jobOfArtifact(slot: number): number
  /** Slots of everything that a job makes. */
  artifactsOf(job: number): readonly number[]
}
