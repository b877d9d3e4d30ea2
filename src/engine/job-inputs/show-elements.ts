import { valueAt } from '../../model/json.js'
import type { Family } from '../../plan/geometry/family.js'
import { readList } from '../../plan/geometry/read-list.js'
import type { Plan } from '../../plan/plan.js'
import type { FetchedArtifacts } from './fetched-artifacts.js'

/**
 * The lists that a job's elements are in, with the elements: events only say how long a list is that was made during
 * the run, and what its elements are called. What they are stands in the artifact.
 */
export async function showElements(
  { blueprint, geometry, growth }: Plan,
  family: Family,
  indices: readonly number[],
  fetched: FetchedArtifacts,
): Promise<void> {
  const { loops } = family.producer
  const outermostFirst = [...loops].sort(
    (a, b) => geometry.lists.get(a)!.parents.length - geometry.lists.get(b)!.parents.length,
  )
  for (const name of outermostFirst) {
    const lists = geometry.lists.get(name)!
    const parents = lists.parents.map(parent => indices[loops.indexOf(parent)]!)
    const list = lists.at(parents)
    const loop = blueprint.loops.get(name)!
    if (list === undefined || list.elements !== undefined || loop.type !== 'over') continue
    const grown = growth.loops.find(each => each.loop.name === name)
    if (grown === undefined) {
      const reading = growth.readInner(loop, parents)
      if ('list' in reading && reading.list.elements)
        lists.set(parents, { ...list, elements: reading.list.elements })
      continue
    }
    const { maker } = grown
    const own = maker.producer.loops.map(each => indices[loops.indexOf(each)]!)
    const job = maker.jobAt(own)
    if (job === -1) continue
    const made = growth
      .listsOf(maker, job)
      .find(each => each.loop === loop && each.parents.every((index, at) => index === parents[at]))
    if (made === undefined) continue
    const reading = readList(loop, valueAt(await fetched.valueOf(made.slot), grown.source.path))
    if ('list' in reading && reading.list.elements)
      lists.set(parents, { ...list, elements: reading.list.elements })
  }
}
