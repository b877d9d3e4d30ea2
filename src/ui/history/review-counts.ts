import type { ElementMoves } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'

type State = 'waiting' | 'approved' | 'rejected'

/** How many versions wait for people, and how they were judged, as the log says by now. */
export class ReviewCounts {
  readonly #reviews = new Map<string, { readonly hash: string; readonly state: State }>()

  take(event: MovieEvent): void {
    switch (event.type) {
      case 'review.requested':
        this.#reviews.set(event.artifactId, { hash: event.hash, state: 'waiting' })
        break
      case 'artifact.reviewed':
        this.#reviews.set(event.artifactId, { hash: event.hash, state: event.verdict })
        break
      case 'artifact':
        // Another version is nobody's any more.
        if (this.#reviews.size > 0 && this.#reviews.get(event.artifactId)?.hash !== event.hash)
          this.#reviews.delete(event.artifactId)
        break
      case 'artifact.removed':
      case 'review.withdrawn':
        this.#reviews.delete(event.artifactId)
        break
    }
  }

  /** What was judged has another name now. */
  move(artifacts: ElementMoves['artifacts']): void {
    const moved = artifacts.map(([from]) => this.#reviews.get(from))
    for (const [from] of artifacts) this.#reviews.delete(from)
    for (const [at, [, to]] of artifacts.entries()) {
      const review = moved[at]
      if (review) this.#reviews.set(to, review)
      else this.#reviews.delete(to)
    }
  }

  /** Undefined where nobody judges anything. */
  get counts(): Readonly<Record<State, number>> | undefined {
    if (this.#reviews.size === 0) return undefined
    const counts = { waiting: 0, approved: 0, rejected: 0 }
    for (const { state } of this.#reviews.values()) counts[state]++
    return counts
  }
}
