import type { MovieState } from '../movie-state.js'

/**
 * Keeps the whole result that a job has among the past ones, before something takes the place of a part of it. A part
 * that is not what its job made last means that the result was kept before that part changed; nothing is kept of a
 * result of which a person has rejected a part.
 */
export function shelveResult(state: MovieState, job: number): void {
  if (!state.inputsHashes.has(job) || !state.keepsPast) return
  const { slots } = state
  const artifacts = slots.artifactsOf(job, each => state.hasArtifact(each))
  if (artifacts.length === 0 || !artifacts.every(slot => state.isAsMade(slot))) return
  const jobId = slots.jobIdAt(job)
  const parts = artifacts.map(slot => slots.artifactIdAt(slot).slice(jobId.length + 1))
  state.past.addOf(state, job, jobId, parts, artifacts)
}
