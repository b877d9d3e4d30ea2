import type { ProducerSpec } from './blueprint.js'
import { referencesOf } from './reference/references-in.js'

/**
 * The producers that a review's condition needs: those that it reads, and all that they read. They do not wait for the
 * review, since it waits for them.
 * @param readBy the producers that each producer reads
 */
export function reviewJudges(
  { review }: ProducerSpec,
  readBy: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const judges = new Set<string>()
  const add = (name: string): void => {
    if (judges.has(name)) return
    judges.add(name)
    for (const read of readBy.get(name) ?? []) add(read)
  }
  if (review?.when !== undefined)
    for (const { reference } of referencesOf(review.when))
      if (reference.type === 'artifact') add(reference.producer)
  return judges
}
