import type { Family } from './family.js'
import type { ListAbsence, LoopLists } from './loop-lists.js'
import { indexOf, type Selection, selectAll, selectOne } from './selection.js'

/** The job that a selection without `[*]` names; -1 when it is out of range, or not known yet. */
export function selectJob(producer: Family, selection: Selection, consumer: readonly number[]): number {
  const { whole } = producer
  if (whole !== undefined) {
    const position = selectOne(selection, whole.extents, consumer)
    return position === -1 ? -1 : whole.firstJob + position
  }
  return producer.jobAt(selection.selectors.map(selector => indexOf(selector, consumer)))
}

/** All jobs that a selection names and that are known, in the order of the loops; of those tried, the accepted ones. */
export function selectJobs(producer: Family, selection: Selection, consumer: readonly number[]): number[] {
  const { selectors } = selection
  const { whole } = producer
  if (whole !== undefined) {
    const { firstJob } = whole
    const positions = selectAll(selection, whole.extents, consumer)
    for (let at = 0; at < positions.length; at++) positions[at]! += firstJob
    return positions
  }
  const jobs: number[] = []
  const indices: number[] = []
  const visit = (dimension: number): void => {
    const selector = selectors[dimension]
    if (selector === undefined) {
      const job = producer.blockAt(indices)?.jobAt(indices) ?? -1
      if (job !== -1) jobs.push(job)
      return
    }
    const list = producer.listAt(dimension, indices)
    const length = list?.length ?? 0
    const only = selector.type === 'all' ? undefined : indexOf(selector, consumer)
    const accepted = only === undefined ? list?.tried?.accepted : undefined
    if (accepted !== undefined) {
      for (const index of accepted) {
        indices[dimension] = index
        visit(dimension + 1)
      }
      return
    }
    const end = only === undefined ? length : Math.min(only + 1, length)
    for (let index = only ?? 0; index >= 0 && index < end; index++) {
      indices[dimension] = index
      visit(dimension + 1)
    }
  }
  visit(0)
  return jobs
}

/** The first list that is not there of those which a selection goes through. */
export function absentList(
  producer: Family,
  { selectors }: Selection,
  consumer: readonly number[],
): ListAbsence | undefined {
  const { dimensions, outputDimensions, varies } = producer
  const isAbsent = ({ lists }: { readonly lists: LoopLists }) => lists.hasAbsences
  if (!varies) return undefined
  if (!dimensions.some(isAbsent) && !outputDimensions.some(output => output.dimensions.some(isAbsent)))
    return undefined
  const indices: number[] = []
  const visit = (dimension: number): ListAbsence | undefined => {
    const selector = selectors[dimension]
    if (selector === undefined) return absentOutput(producer, indices)
    const list = producer.listAt(dimension, indices)
    if (list?.absence !== undefined) return list.absence
    if (selector.type === 'all' && list?.tried?.shortage !== undefined) return list.tried.shortage
    const only = selector.type === 'all' ? undefined : indexOf(selector, consumer)
    const end = Math.min(only === undefined ? Number.POSITIVE_INFINITY : only + 1, list?.length ?? 0)
    for (let index = only ?? 0; index >= 0 && index < end; index++) {
      indices[dimension] = index
      const found = visit(dimension + 1)
      if (found !== undefined) return found
    }
    return undefined
  }
  return visit(0)
}

/** The first list that is not there of those which these jobs spread their outputs over. */
export function absentOutput(
  { outputDimensions }: Family,
  indices: readonly number[],
): ListAbsence | undefined {
  for (const { dimensions } of outputDimensions)
    for (const { lists, parentsAt } of dimensions) {
      const absence = lists.find(indices, parentsAt)?.absence
      if (absence !== undefined) return absence
    }
  return undefined
}
