import type { Family } from '../geometry/family.js'
import type { FoundResult, ResultFinder, ResultOwner } from './job-action.js'
import { type ResolvedJob, resolvedFor } from './resolved-job.js'

/** A result that is there, and what it is known by. */
export interface MadeResult extends Omit<FoundResult, 'of'> {
  /** Absent: it is the job's own. */
  readonly of?: ResultOwner
  readonly resolved: ResolvedJob
}

/** A result with these inputs, by any of those that may answer the job; the first of them goes first. */
export function findMade(
  before: ResultFinder,
  family: Family,
  job: number,
  resolved: ResolvedJob,
): Required<MadeResult> | undefined {
  const count = resolved.targets?.length ?? 1
  for (let place = 0; place < count; place++) {
    const target = resolvedFor(resolved, place)
    const found = before.find(family, job, target)
    if (found !== undefined) return { contents: found.contents, of: found.of, resolved: target }
  }
  return undefined
}
