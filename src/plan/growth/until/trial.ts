import type { UntilLoop } from '../list-growth.js'
import { type Batch, candidatesToTry } from './candidates-to-try.js'

const PENDING = 0
const ACCEPTED = 1
const REJECTED = 2

/** What follows once an element has ended. */
export type TrialStep =
  | { readonly type: 'wait' }
  | { readonly type: 'more'; readonly count: number }
  /** Enough are accepted. */
  | { readonly type: 'enough' }
  /** All attempts are spent. */
  | { readonly type: 'spent' }

const WAIT: TrialStep = { type: 'wait' }
const ENOUGH: TrialStep = { type: 'enough' }
const SPENT: TrialStep = { type: 'spent' }

/** One list whose elements are tried until enough are accepted. Pure: the same ends of elements lead to the same steps. */
export class Trial {
  readonly loop: UntilLoop
  /** Indices of the loops around it. */
  readonly parents: readonly number[]
  readonly wanted: number
  /** Elements that were tried in earlier runs. */
  readonly reached: number
  /** The first element of each batch. */
  readonly starts: number[] = []
  count = 0
  acceptedCount = 0
  #settledCount = 0
  #outcomes = new Uint8Array(0)
  readonly #batches: { size: number; settled: number; accepted: number }[] = []
  /** Nothing is decided while more than so many are under way. */
  #wakesAt = Number.POSITIVE_INFINITY

  constructor(loop: UntilLoop, parents: readonly number[], wanted: number, reached: number) {
    this.loop = loop
    this.parents = parents
    this.wanted = wanted
    this.reached = reached
  }

  get batches(): readonly Batch[] {
    return this.#batches
  }

  get settledCount(): number {
    return this.#settledCount
  }

  add(count: number): void {
    this.starts.push(this.count)
    this.#batches.push({ size: count, settled: 0, accepted: 0 })
    this.count += count
    this.#wakesAt = Number.POSITIVE_INFINITY
    if (this.count <= this.#outcomes.length) return
    const grown = new Uint8Array(Math.max(this.count, this.#outcomes.length + (this.#outcomes.length >> 1)))
    grown.set(this.#outcomes)
    this.#outcomes = grown
  }

  /** An element has ended. */
  settled(index: number, isAccepted: boolean): void {
    if (this.#outcomes[index] !== PENDING) return
    this.#outcomes[index] = isAccepted ? ACCEPTED : REJECTED
    this.#settledCount++
    if (isAccepted) this.acceptedCount++
    let at = this.starts.length - 1
    while (this.starts[at]! > index) at--
    const batch = this.#batches[at]!
    batch.settled++
    if (isAccepted) batch.accepted++
  }

  step(): TrialStep {
    const underWay = this.count - this.#settledCount
    if (underWay > this.#wakesAt) return WAIT
    const { attempts } = this.loop.until
    const { wanted, count, acceptedCount: accepted, reached, batches } = this
    if (accepted >= wanted) return underWay === 0 ? ENOUGH : WAIT
    const settled = this.#settledCount
    const more = candidatesToTry({ wanted, attempts, count, settled, accepted, reached, batches })
    if (more > 0) return { type: 'more', count: more }
    if (underWay === 0) return SPENT
    // Below three quarters of what is under way now, at the latest.
    this.#wakesAt = Math.max(0, underWay - 1 - Math.floor(underWay / 16))
    return WAIT
  }

  /** The elements that count: the first that were accepted, as many as are wanted. */
  accepted(): number[] {
    const accepted: number[] = []
    for (let index = 0; index < this.count && accepted.length < this.wanted; index++)
      if (this.#outcomes[index] === ACCEPTED) accepted.push(index)
    return accepted
  }
}
