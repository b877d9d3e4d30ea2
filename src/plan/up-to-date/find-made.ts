import type { ResultContent } from '../../model/movie/results/past-results.js'
import type { Family } from '../geometry/family.js'
import type { ResultFinder } from './judgement.js'
import { type ResolvedJob, resolvedFor } from './resolved-job.js'

/** A result that is there, and what it is known by. */
export interface MadeResult {
  readonly contents: readonly ResultContent[]
  readonly resolved: ResolvedJob
}

/** A result with these inputs, by any of those that may answer the job; the first of them goes first. */
export function findMade(
  before: ResultFinder,
  family: Family,
  job: number,
  resolved: ResolvedJob,
): MadeResult | undefined {
  const count = resolved.targets?.length ?? 1
  for (let place = 0; place < count; place++) {
    const target = resolvedFor(resolved, place)
    const contents = before.find(family, job, target)
    if (contents !== undefined) return { contents, resolved: target }
  }
  return undefined
}
