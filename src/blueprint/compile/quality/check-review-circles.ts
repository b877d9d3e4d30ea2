import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { ProducerSpec } from '../../blueprint.js'
import { reviewJudges } from '../../review-judges.js'
import type { Dependency } from '../find-cycles.js'

/**
 * People must be able to judge: what a review's condition reads must not wait, over other reviews, for that very review.
 * @param reads what producers read, without the conditions of reviews
 */
export function checkReviewCircles(
  book: MistakeBook,
  producers: ReadonlyMap<string, ProducerSpec>,
  reads: readonly Dependency[],
): void {
  const reviewed = [...producers.values()].filter(({ review }) => review !== undefined)
  if (reviewed.length < 2) return
  const readBy = new Map<string, Set<string>>()
  for (const { consumer, reference } of reads)
    readBy.set(consumer, (readBy.get(consumer) ?? new Set()).add(reference.producer))
  const judgesOf = new Map(reviewed.map(spec => [spec.name, reviewJudges(spec, readBy)]))
  /** The reviews that the jobs of a producer wait for. */
  const reviewsBefore = (name: string): string[] =>
    [...(readBy.get(name) ?? [])].filter(each => judgesOf.get(each)?.has(name) === false)
  for (const { name } of reviewed) {
    const seen = new Set<string>()
    const reaches = (review: string): boolean => {
      for (const judge of judgesOf.get(review)!)
        for (const before of reviewsBefore(judge)) {
          if (before === name) return true
          if (seen.has(before)) continue
          seen.add(before)
          if (reaches(before)) return true
        }
      return false
    }
    if (reaches(name))
      book.add(
        ['producers', name, 'review', 'when'],
        `Nobody could judge ${name}: what its condition reads waits for another review, whose condition waits for this one. Let one of them read less.`,
      )
  }
}
