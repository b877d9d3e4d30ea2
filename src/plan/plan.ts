import type { ArtifactReference, Blueprint } from '../blueprint/blueprint.js'
import type { Edge } from './dependencies/edge.js'
import type { Block } from './geometry/block.js'
import type { Family } from './geometry/family.js'
import type { Geometry } from './geometry/geometry.js'
import type { PlannedJobs } from './geometry/planned-jobs.js'
import type { ListGrowth } from './growth/list-growth.js'
import type { KeysByLoop } from './identity/element-keys.js'
import type { InputValues } from './inputs/input-part.js'
import type { Targets } from './targets.js'
import type { ArtifactRead } from './values/artifact-read.js'

/** The order of jobs, one layer after the other. */
export interface Layers {
  /** Of a job, from 0. */
  layerOf(job: number): number
  /** Of a producer, by its family's index, where lists are made during a run: all its jobs are in one. */
  ofProducer?(family: number): number
  /** Jobs in each layer that are known from the start. */
  readonly sizes: Int32Array
}

/** Which jobs wait for nothing any more, while others settle. */
export interface JobTracker {
  /** The jobs that wait for nothing at the start, in order. */
  initiallyReady(): IterableIterator<number>
  /** Jobs have become known; calls `onReady` for those that wait for nothing. */
  add(block: Block, onReady: (job: number) => void): void
  /** A job of `family` has settled, whatever its outcome; calls `onReady` for each job that this frees. */
  complete(family: Family, job: number, onReady: (job: number) => void): void
}

/**
 * What a run will do, as families × blocks: no object exists a job. Where producers make the lists of loops it grows
 * with them, so it belongs to one run, or one preview of one.
 */
export interface Plan extends PlannedJobs {
  readonly blueprint: Blueprint
  readonly inputs: InputValues
  readonly geometry: Geometry
  /** Who may answer its jobs. */
  readonly targets: Targets
  readonly growth: ListGrowth
  readonly edges: readonly Edge[]
  /** Jobs that are known so far. */
  readonly jobCount: number
  readonly layers: Layers
  /** Keys of the elements, by each loop that has the same ones everywhere. */
  readonly keys: KeysByLoop
  /** Reads of each family, by its index. */
  readonly reads: readonly (readonly ArtifactRead[])[]
  /** What the conditions of reviews read, by family: nobody waits for it but those reviews. */
  readonly reviewReads: readonly (readonly ArtifactRead[])[]
  readonly readOf: ReadonlyMap<ArtifactReference, ArtifactRead>
  /** SHA-256 of the blueprint's definition and the inputs. */
  readonly hash: string
  /** Of a run that begins now. */
  createTracker(): JobTracker
}
