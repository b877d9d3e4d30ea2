import type { Geometry } from './geometry.js'
import { PlanSlots } from './plan-slots.js'
import type { PlannedJobs } from './planned-jobs.js'

/** The jobs that a geometry has, and may still grow to have. */
export function createPlannedJobs(geometry: Geometry): PlannedJobs {
  const { families } = geometry
  return {
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
