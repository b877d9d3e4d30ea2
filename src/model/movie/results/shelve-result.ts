import type { MovieState } from '../movie-state.js'

/**
 * Keeps the result that a job has among the past ones, before something takes the place of a part of it. Parts that are
 * not what its job made last are left out: they are of an output that the job has no more, or the result was kept whole
 * before they changed, or a person has rejected them.
 */
export function shelveResult(state: MovieState, job: number): void {
  if (!state.inputsHashes.has(job) || !state.keepsPast) return
  const { slots } = state
  const artifacts = slots.artifactsOf(job, each => state.hasArtifact(each) && state.isAsMade(each))
  if (artifacts.length === 0) return
  const parts = artifacts.map(slot => slots.partAt(slot))
  state.past.addOf(state, job, slots.jobIdAt(job), parts, artifacts)
}
