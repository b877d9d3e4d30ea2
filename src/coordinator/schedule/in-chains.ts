import type { Family } from '../../plan/geometry/family.js'
import type { MadeResult } from '../../plan/up-to-date/find-made.js'

/** A job that is to take a result, which was read when it was judged. */
export interface TakingJob {
  readonly family: Family
  readonly job: number
  readonly result: MadeResult
}

/**
 * In such an order that what a job has is taken just before something else takes its place: then it is always somewhere,
 * and need not be kept aside. Rows that have moved by one are one chain, and so is a cycle of a table that was sorted.
 */
export function* inChains(taking: readonly TakingJob[]): Iterable<TakingJob> {
  const open = new Map(taking.map(each => [each.job, each]))
  const owners = new Set(taking.map(ownerOf))
  const begin = [...taking.filter(({ job }) => !owners.has(job)), ...taking]
  for (const first of begin)
    for (let next = open.get(first.job); next !== undefined; next = open.get(ownerOf(next) ?? NONE)) {
      open.delete(next.job)
      yield next
    }
}

const NONE = -1

const ownerOf = ({ result }: TakingJob): number | undefined => result.of?.job
