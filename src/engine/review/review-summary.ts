import type { ReviewedOutput, ReviewTally } from '../../coordinator/review/review-tally.js'
import { parseAddress } from '../../model/artifact-address.js'
import type { ArtifactId } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { RunShape } from '../run-shape/run-shape.js'

/** Artifacts that a summary names, at most. */
const NAMED_COUNT = 20

/** What people have to judge of a movie, and the first of what waits. */
export interface ReviewSummary extends ReviewTally {
  /** The first twenty artifacts that wait, in the order of the plan. */
  readonly first: readonly ArtifactId[]
}

/** Undefined where nothing waits and nothing is rejected. What has no place in the last run any more is left out. */
export function reviewSummary(movie: MovieState, shape: RunShape | undefined): ReviewSummary | undefined {
  const outputs = new Map<string, { -readonly [Key in keyof ReviewedOutput]: ReviewedOutput[Key] }>()
  const waiting: { readonly id: ArtifactId; readonly place: number }[] = []
  for (const [slot, { state }] of movie.reviews) {
    const id = movie.slots.artifactIdAt(slot)
    const { producer, output } = parseAddress(id) ?? {}
    if (state === 'approved' || producer === undefined || output === undefined) continue
    const place = shape === undefined ? slot : shape.placeOf(id)
    if (place === undefined) continue
    const key = `${producer}.${output}`
    let tally = outputs.get(key)
    if (tally === undefined) {
      const type = shape?.outputType(producer, output) ?? movie.blobs.get(slot)?.mimeType ?? 'json'
      tally = { producer, output, type, waiting: 0, rejected: 0 }
      outputs.set(key, tally)
    }
    tally[state]++
    if (state === 'waiting') waiting.push({ id, place })
  }
  if (outputs.size === 0) return undefined
  const all = [...outputs.values()]
  return {
    waiting: waiting.length,
    rejected: all.reduce((sum, { rejected }) => sum + rejected, 0),
    outputs: all,
    first: waiting
      .sort((a, b) => a.place - b.place)
      .slice(0, NAMED_COUNT)
      .map(({ id }) => id),
  }
}
