import type { FeedbackColumn, JobFeedback } from '../../../model/provider/feedback.js'
import { SpilledValues } from './spilled-values.js'

/** The last that jobs were told, in a temporary file: what they were told before is not read again. */
export class SpilledFeedback implements FeedbackColumn, Disposable {
  readonly #slots = new Set<number>()
  /** Most movies have none. */
  #values: SpilledValues | undefined

  get size(): number {
    return this.#slots.size
  }

  get(slot: number): JobFeedback | undefined {
    if (!this.#slots.has(slot)) return undefined
    return this.#values!.get(slot) as unknown as JobFeedback
  }

  set(slot: number, feedback: JobFeedback): void {
    this.#values ??= new SpilledValues(0)
    this.#values.set(slot, { ...feedback, entries: feedback.entries.slice(-1) } as never)
    this.#slots.add(slot)
  }

  delete(slot: number): void {
    this.#slots.delete(slot)
  }

  keys(): Iterable<number> {
    return this.#slots
  }

  [Symbol.dispose](): void {
    this.#values?.[Symbol.dispose]()
  }
}
