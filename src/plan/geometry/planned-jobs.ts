import type { SlotIndex } from '../../model/movie/slots.js'
import type { Family } from './family.js'

/** Ids ↔ slots: of what a plan has by its place there, of all else by the order in which it comes up. */
export interface PlannedSlots extends SlotIndex {
  /** The slot when the plan has it, otherwise -1. */
  plannedJob(id: string): number
  plannedArtifact(id: string): number
}

/** The jobs of a plan, or of what a run has recorded of its own, and what they make. */
export interface PlannedJobs {
  readonly families: readonly Family[]
  /** Ids ↔ slots, for the state of a movie. */
  createSlots(): PlannedSlots
  familyOf(job: number): Family
  /** The job that makes an artifact of these. */
  jobOfArtifact(slot: number): number
  /** Slots of everything that a job makes. */
  artifactsOf(job: number): readonly number[]
}
