import { type JobId, producerOf } from '../../model/id.js'
import type { RegenerateRequested } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'

/** Notes jobs to regenerate: those that have succeeded or failed. Others run anyway. */
export function requestRegeneration(
  state: MovieState,
  { producers = [], jobs = [], except = [] }: RegenerateRequested,
): void {
  const { slots, regenerating } = state
  const isThere = (slot: number) => !['unknown', 'skipped'].includes(state.jobState(slot))
  for (const job of jobs) {
    const slot = slots.jobSlot(job)
    if (isThere(slot)) regenerating.add(slot)
  }
  if (producers.length === 0) return
  const names = new Set(producers)
  const left = new Set<JobId>(except)
  for (let slot = 0; slot < slots.jobCount; slot++) {
    if (!isThere(slot)) continue
    const job = slots.jobIdAt(slot)
    if (names.has(producerOf(job)) && !left.has(job)) regenerating.add(slot)
  }
}
