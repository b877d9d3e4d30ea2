import type { PlanSubset } from './plan-subset.js'

/** What is told of a run that makes some elements of a loop only. */
export type SubsetFacts = Pick<PlanSubset, 'loop' | 'elements' | 'total' | 'waiting'>

export const subsetFacts = ({ loop, elements, total, waiting }: PlanSubset): SubsetFacts => ({
  loop,
  elements,
  total,
  waiting,
})
