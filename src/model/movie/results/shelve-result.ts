import type { MovieState } from '../movie-state.js'
import type { ResultArtifact } from './past-results.js'

/**
 * Keeps the whole result that a job has among the past ones, before something takes the place of a part of it. A part
 * that is not what its job made last means that the result was kept before that part changed; nothing is kept of a
 * result of which a person has rejected a part.
 */
export function shelveResult(state: MovieState, job: number): void {
  const inputsHash = state.inputsHashes.get(job)
  if (inputsHash === undefined || !state.keepsPast) return
  const { slots } = state
  const jobId = slots.jobIdAt(job)
  const artifacts: ResultArtifact[] = []
  for (const slot of slots.artifactsOf(job, each => state.hasArtifact(each))) {
    if (!state.isAsMade(slot)) return
    const hash = state.artifactHashes.get(slot)!
    const blob = state.blobs.get(slot)
    const part = slots.artifactIdAt(slot).slice(jobId.length + 1)
    artifacts.push(blob ? { part, blob, hash } : { part, value: state.values.get(slot) ?? null, hash })
  }
  if (artifacts.length === 0) return
  const inputs = state.inputDigests.get(job)
  state.past.add({ jobId, inputsHash, ...(inputs !== undefined && { inputs }), artifacts })
}
