import type { JobId } from '../../model/id.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { roundCost } from '../../model/provider/price.js'

/** A movie's state that also knows what each job has cost, when it is folded from the first event. */
export class CostedState extends MovieState {
  readonly #costs = new Map<number, number>()

  override charge(job: JobId, dollars: number): void {
    super.charge(job, dollars)
    if (dollars === 0) return
    const slot = this.slots.jobSlot(job)
    this.#costs.set(slot, (this.#costs.get(slot) ?? 0) + dollars)
  }

  /** Of all its attempts, in US dollars. */
  costOf(slot: number): number {
    return roundCost(this.#costs.get(slot) ?? 0)
  }
}
