import type { Family } from './family.js'
import type { Geometry } from './geometry.js'
import { PlanSlots } from './plan-slots.js'

/** The jobs of a plan, or of what a run has recorded of its own, and what they make. */
export interface PlannedJobs {
  readonly geometry: Geometry
  readonly families: readonly Family[]
  /** Ids ↔ slots, for the state of a movie. */
  createSlots(): PlanSlots
  familyOf(job: number): Family
  /** The job that makes an artifact of these. */
  jobOfArtifact(slot: number): number
  /** Slots of everything that a job makes. */
  artifactsOf(job: number): readonly number[]
}

export function plannedJobs(geometry: Geometry): PlannedJobs {
  const { families } = geometry
  return {
    geometry,
    families,
    createSlots: () => new PlanSlots(geometry),
    familyOf: job => families[geometry.blockOf(job).family]!,
    jobOfArtifact(slot) {
      const { firstJob, firstArtifact, artifactsPerJob } = geometry.blockOfArtifact(slot)
      return firstJob + Math.floor((slot - firstArtifact) / artifactsPerJob)
    },
    artifactsOf(job) {
      const block = geometry.blockOf(job)
      const first = block.firstArtifactOf(job)
      return Array.from({ length: block.artifactsPerJob }, (_, at) => first + at)
    },
  }
}
