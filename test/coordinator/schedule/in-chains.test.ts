import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inChains, type TakingJob } from '../../../src/coordinator/schedule/in-chains.js'

/** Jobs, each with the one whose result it takes, or with none that has it still. */
const taking = (owners: ReadonlyMap<number, number | undefined>): TakingJob[] =>
  [...owners].map(([job, owner]) => ({ job, result: { of: { job: owner } } }) as unknown as TakingJob)

const orderOf = (owners: ReadonlyMap<number, number | undefined>): number[] =>
  [...inChains(taking(owners))].map(({ job }) => job)

test('rows that have moved down are taken from the last one, rows that have moved up from the first', () => {
  expect(orderOf(new Map([1, 2, 3, 4].map(job => [job, job - 1])))).toEqual([4, 3, 2, 1])
  expect(orderOf(new Map([0, 1, 2].map(job => [job, job + 1])))).toEqual([0, 1, 2])
})

test('every job takes its result once, and of each chain or cycle only one result makes room that nobody has taken', () => {
  const owner = fc.option(fc.nat(29), { nil: undefined })
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(29), { minLength: 1 }), fc.array(owner), (jobs, drawn) => {
      const owners = new Map(jobs.map((job, at) => [job, drawn[at]]))
      const order = orderOf(owners)
      expect([...order].sort()).toEqual([...jobs].sort())
      // A job's own result is elsewhere when the job before it has just taken it.
      const kept = order.filter((job, at) => at === 0 || owners.get(order[at - 1]!) !== job)
      expect(kept.length).toBeLessThanOrEqual(chainsIn(owners))
    }),
  )
})

/** Jobs that nobody takes from, those after a fork, and cycles: each begins a chain. */
function chainsIn(owners: ReadonlyMap<number, number | undefined>): number {
  const open = new Set(owners.keys())
  const taken = new Set(owners.values())
  let count = 0
  const follow = (start: number) => {
    count++
    for (let job: number | undefined = start; job !== undefined && open.delete(job); job = owners.get(job));
  }
  for (const job of owners.keys()) if (!taken.has(job)) follow(job)
  for (const job of owners.keys()) if (open.has(job)) follow(job)
  return count
}
