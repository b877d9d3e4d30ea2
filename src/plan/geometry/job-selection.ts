import type { Selector } from '../../blueprint/blueprint.js'
import type { Family } from './family.js'
import type { ListAbsence, LoopLists } from './loop-lists.js'

/** A selector with the consumer's loop replaced by its position among the consumer's loops. */
export type BoundSelector =
  | { readonly type: 'loop'; readonly position: number; readonly offset: number }
  | { readonly type: 'fixed'; readonly index: number }
  | { readonly type: 'all' }

/** One selector for each loop of a producer or an output, as a function of the consumer's indices. */
export interface Selection {
  readonly selectors: readonly BoundSelector[]
  /** Has a `[*]`: names a list. */
  readonly isFanIn: boolean
}

/** The jobs of a producer that a reference names. */
export interface JobSelection extends Selection {
  readonly producer: Family
}

export function bindSelection(selectors: readonly Selector[], consumerLoops: readonly string[]): Selection {
  return {
    selectors: selectors.map(selector =>
      selector.type === 'loop'
        ? { type: 'loop', position: consumerLoops.indexOf(selector.loop), offset: selector.offset }
        : selector,
    ),
    isFanIn: selectors.some(selector => selector.type === 'all'),
  }
}

/** The index that a selector names, which may be out of range; -1 for `[*]`. */
export function indexOf(selector: BoundSelector, consumer: readonly number[]): number {
  if (selector.type === 'loop') return consumer[selector.position]! + selector.offset
  return selector.type === 'fixed' ? selector.index : -1
}

/** Position that a selection without `[*]` names in a row-major space, or -1 when it is out of range. */
export function selectOne(
  { selectors }: Selection,
  extents: readonly number[],
  consumer: readonly number[],
): number {
  let position = 0
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    const extent = extents[dimension]!
    const index = selector.type === 'all' ? 0 : indexOf(selector, consumer)
    if (index < 0 || index >= extent) return -1
    position = position * extent + index
  }
  return position
}

/** All positions a selection names in a row-major space, in order. */
export function selectAll(
  { selectors }: Selection,
  extents: readonly number[],
  consumer: readonly number[],
): number[] {
  let positions = [0]
  for (let dimension = 0; dimension < selectors.length; dimension++) {
    const selector = selectors[dimension]!
    const extent = extents[dimension]!
    if (selector.type === 'all') {
      const expanded = new Array<number>(positions.length * extent)
      let at = 0
      for (const position of positions)
        for (let index = 0; index < extent; index++) expanded[at++] = position * extent + index
      positions = expanded
      continue
    }
    const index = indexOf(selector, consumer)
    if (index < 0 || index >= extent) return []
    for (let at = 0; at < positions.length; at++) positions[at] = positions[at]! * extent + index
  }
  return positions
}

/** The job that a selection without `[*]` names; -1 when it is out of range, or not known yet. */
export function selectJob(selection: JobSelection, consumer: readonly number[]): number {
  const { producer, selectors } = selection
  const { whole } = producer
  if (whole !== undefined) {
    const position = selectOne(selection, whole.extents, consumer)
    return position === -1 ? -1 : whole.firstJob + position
  }
  return producer.jobAt(selectors.map(selector => indexOf(selector, consumer)))
}

/** All jobs that a selection names and that are known, in the order of the loops. */
export function selectJobs(selection: JobSelection, consumer: readonly number[]): number[] {
  const { producer, selectors } = selection
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
    const length = producer.listAt(dimension, indices)?.length ?? 0
    const only = selector.type === 'all' ? undefined : indexOf(selector, consumer)
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
  { producer, selectors }: JobSelection,
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
