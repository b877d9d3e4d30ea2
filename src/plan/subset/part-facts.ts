import type { PlanSubset } from './plan-subset.js'
import type { PlanUntil } from './plan-until.js'
import { type SubsetFacts, subsetFacts } from './subset-facts.js'
import { type UntilFacts, untilFacts } from './until-facts.js'

/** What is told of a run that is to make a part of its plan; empty: it makes all. */
export const partFacts = ({
  until,
  subset,
}: {
  readonly until: PlanUntil | undefined
  readonly subset: PlanSubset | undefined
}): { readonly until?: UntilFacts; readonly subset?: SubsetFacts } => ({
  ...(until && { until: untilFacts(until) }),
  ...(subset && { subset: subsetFacts(subset) }),
})
