import type { JobId } from '../../../model/id.js'
import { TextColumn } from '../../../model/movie/column/columns.js'
import { HashColumn } from '../../../model/movie/column/hash-column.js'
import { MovieState } from '../../../model/movie/movie-state.js'
import type { SlotIndex } from '../../../model/movie/slots.js'
import { roundCost } from '../../../model/provider/price.js'
import { SpilledFeedback } from './spilled-feedback.js'
import { SpilledValues } from './spilled-values.js'

/**
 * A movie's state for reading its results: it also knows what each job has cost, when it is folded from the first
 * event. Values are in a temporary file, and what only a run compares is not kept, so that a million rows take little
 * memory.
 */
export class CostedState extends MovieState implements Disposable {
  override readonly inputsHashes: HashColumn = new NoHashes(0)
  override readonly inputDigests: TextColumn = new NoTexts(0)
  override readonly feedback = new SpilledFeedback()
  readonly #values: SpilledValues
  #costs: Float64Array

  constructor(slots: SlotIndex) {
    const values = new SpilledValues(slots.artifactCount)
    super(slots, values)
    this.#values = values
    this.#costs = new Float64Array(slots.jobCount)
  }

  override charge(job: JobId, dollars: number): void {
    super.charge(job, dollars)
    if (dollars === 0) return
    const slot = this.slots.jobSlot(job)
    if (slot >= this.#costs.length) this.#grow(slot + 1)
    this.#costs[slot]! += dollars
  }

  /** Of all its attempts, in US dollars. */
  costOf(slot: number): number {
    return roundCost(this.#costs[slot] ?? 0)
  }

  [Symbol.dispose](): void {
    this.#values[Symbol.dispose]()
    this.feedback[Symbol.dispose]()
  }

  #grow(needed: number): void {
    const costs = new Float64Array(Math.max(needed, 2 * this.#costs.length, 1024))
    costs.set(this.#costs)
    this.#costs = costs
  }
}

class NoHashes extends HashColumn {
  override set(): void {}
}

class NoTexts extends TextColumn {
  override set(): void {}
}
