import type { ElementMoves } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import { integersColumn } from './growing-column.js'

type State = 'waiting' | 'approved' | 'rejected'
const STATES: readonly State[] = ['waiting', 'approved', 'rejected']

/** How many versions wait for people, and how they were judged, at each moment of the log. */
export class ReviewCounts {
  readonly #reviews = new Map<string, { readonly hash: string; readonly state: State }>()
  readonly #now = { waiting: 0, approved: 0, rejected: 0 }
  /** Changes of jobs after which the numbers were others; and these, in columns of the same length. */
  readonly #changes = integersColumn()
  readonly #counts = STATES.map(() => integersColumn())

  /** @param changes changes of jobs up to the event, with its own */
  take(event: MovieEvent, changes: number): void {
    switch (event.type) {
      case 'review.requested':
        this.#set(event.artifactId, { hash: event.hash, state: 'waiting' })
        break
      case 'artifact.reviewed':
        this.#set(event.artifactId, { hash: event.hash, state: event.verdict })
        break
      case 'artifact':
        // Another version is nobody's any more.
        if (this.#reviews.size === 0 || this.#reviews.get(event.artifactId)?.hash === event.hash) return
        if (!this.#set(event.artifactId)) return
        break
      case 'artifact.removed':
      case 'review.withdrawn':
        this.#set(event.artifactId)
        break
      default:
        return
    }
    this.#note(changes)
  }

  /** What was judged has another name now. */
  move(artifacts: ElementMoves['artifacts'], changes: number): void {
    const moved = artifacts.map(([from]) => this.#reviews.get(from))
    for (const [from] of artifacts) this.#set(from)
    for (const [at, [, to]] of artifacts.entries()) this.#set(to, moved[at])
    if (moved.length > 0) this.#note(changes)
  }

  /** After so many changes of jobs; undefined where nobody judged anything. */
  at(changes: number): Readonly<Record<State, number>> | undefined {
    let low = 0
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#changes.get(middle) <= changes) low = middle + 1
      else high = middle
    }
    const [waiting, approved, rejected] = this.#counts.map(column => (low === 0 ? 0 : column.get(low - 1)))
    return waiting || approved || rejected
      ? { waiting: waiting!, approved: approved!, rejected: rejected! }
      : undefined
  }

  /** @returns whether anything is different */
  #set(artifact: string, review?: { readonly hash: string; readonly state: State }): boolean {
    const before = this.#reviews.get(artifact)
    if (before) this.#now[before.state]--
    if (review) {
      this.#now[review.state]++
      this.#reviews.set(artifact, review)
    } else this.#reviews.delete(artifact)
    return before !== undefined || review !== undefined
  }

  #note(changes: number): void {
    const last = this.#changes.length - 1
    const at = last >= 0 && this.#changes.get(last) === changes ? last : last + 1
    this.#changes.set(at, changes)
    for (const [column, state] of STATES.entries()) this.#counts[column]!.set(at, this.#now[state])
  }
}
