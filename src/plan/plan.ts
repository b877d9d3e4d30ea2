import type { ArtifactReference, Blueprint } from '../blueprint/blueprint.js'
import type { RowList } from '../blueprint/inputs/table.js'
import type { DependencyTracker } from './geometry/dependency-tracker.js'
import type { Edge } from './geometry/edge.js'
import type { InputValues } from './geometry/extents.js'
import type { Family } from './geometry/family.js'
import type { Layers } from './geometry/layers.js'
import type { PlanSlots } from './geometry/plan-slots.js'
import type { ArtifactRead } from './values/artifact-read.js'

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
  /** Reads of each family, by its index. */
  readonly reads: readonly (readonly ArtifactRead[])[]
  readonly readOf: ReadonlyMap<ArtifactReference, ArtifactRead>
  /** SHA-256 of the blueprint's definition and the inputs. */
  readonly hash: string
  /** Ids ↔ slots, for the state of a movie. */
  createSlots(): PlanSlots
  createTracker(): DependencyTracker
  familyOf(job: number): Family
  /** The job that makes an artifact of this plan. */
  jobOfArtifact(slot: number): number
  /** Slots of everything that a job makes. */
  artifactsOf(job: number): readonly number[]
}
