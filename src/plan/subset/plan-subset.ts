import type { ElementName } from '../../model/id.js'
import type { Family } from '../geometry/family.js'
import type { LoopList } from '../geometry/loop-lists.js'
import type { Plan } from '../plan.js'

/** A part of a run's jobs: those of some elements of a loop, and all that are in no such loop. */
export interface PlanSubset {
  readonly loop: string
  /** Names of the elements, in their order: keys, or positions. */
  readonly elements: readonly ElementName[]
  /** Elements of the loop. */
  readonly total: number
  /**
   * Producers that read all elements, or what is made from all: they wait until the others are there. Their jobs are
   * made only when nothing is missing.
   */
  readonly waiting: readonly string[]
  /** Jobs of the elements, and of the producers in other loops that do not wait. */
  readonly jobCount: number
  /** Whether a job may be made. One that may not counts all the same if it is there. */
  includes(family: Family, job: number): boolean
}

interface ChosenElements {
  readonly loop: string
  /** All elements of the loop, which are the same everywhere. */
  readonly list: LoopList
  /** Of those that may be made, in order. */
  readonly positions: readonly number[]
  /** The producers that are to be made; undefined: all. */
  readonly until: { includes(family: Family): boolean } | undefined
}

export function planSubset(plan: Plan, { loop, list, positions, until }: ChosenElements): PlanSubset {
  const { length: total, keys } = list
  const chosen = new Set(positions)
  const inLoop = (family: Family) => family.producer.loops.indexOf(loop)
  const waiting = chosen.size === total ? new Set<Family>() : waitingFamilies(plan, loop, chosen)
  const countOf = (family: Family) => {
    if (waiting.has(family) || until?.includes(family) === false) return 0
    return inLoop(family) === -1 ? family.size : Math.round((family.size / total) * chosen.size)
  }
  return {
    loop,
    elements: positions.map(position => keys?.at(position) ?? position),
    total,
    waiting: [...waiting].flatMap(family =>
      until?.includes(family) === false ? [] : [family.producer.name],
    ),
    jobCount: plan.families.reduce((sum, family) => sum + countOf(family), 0),
    includes(family, job) {
      const at = inLoop(family)
      if (at === -1) return true
      const { firstJob, strides, extents, base } = family.blockOf(job)
      const inBlock = Math.floor((job - firstJob) / strides[at]!) % extents[at]!
      return chosen.has(inBlock + (base?.[at] ?? 0))
    },
  }
}

/** Those that read elements which are not chosen, whatever their own element is; and those that read such a producer. */
function waitingFamilies(plan: Plan, loop: string, chosen: ReadonlySet<number>): ReadonlySet<Family> {
  const waiting = new Set<Family>()
  for (let before = -1; before < waiting.size; ) {
    before = waiting.size
    for (const family of plan.families) {
      const waits = plan.reads[family.index]!.some(({ producer, jobs }) => {
        if (waiting.has(producer)) return true
        const selector = jobs.selectors[producer.producer.loops.indexOf(loop)]
        if (selector === undefined || selector.type === 'loop') return false
        return selector.type === 'all' || !chosen.has(selector.index)
      })
      if (waits) waiting.add(family)
    }
  }
  return waiting
}
