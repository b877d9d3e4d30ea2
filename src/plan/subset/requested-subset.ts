import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { LoopList } from '../geometry/loop-lists.js'
import type { Plan } from '../plan.js'
import { chooseElements, type ElementChoice } from './choose-elements.js'
import { type PlanSubset, planSubset } from './plan-subset.js'
import type { PlanUntil } from './plan-until.js'
import type { ElementCount, SubsetOptions } from './subset-options.js'

/**
 * The part of the plan that is asked for; undefined: all of it.
 * @param until the producers that are to be made; undefined: all
 * @throws ShowrunnerError `USAGE_INVALID`
 */
export function requestedSubset(
  plan: Plan,
  { first, sample, seed = 1 }: SubsetOptions,
  until?: PlanUntil,
): PlanSubset | undefined {
  const wanted = first ?? sample
  if (wanted === undefined) return undefined
  if (first !== undefined && sample !== undefined)
    throw new ShowrunnerError('USAGE_INVALID', 'Both "first" and "sample" are given. Choose one of them.')
  const { loop, count } = loopAndCount(plan, wanted)
  const list = listOf(plan, loop)
  const choice: ElementChoice =
    sample === undefined ? { type: 'first', count } : { type: 'sample', count, seed: String(seed) }
  const positions = chooseElements(choice, list.length, list.keys)
  return planSubset(plan, { loop, list, positions, until })
}

/** The elements of a loop that is the same for all jobs. */
function listOf({ families }: Plan, loop: string): LoopList {
  const family = families.find(({ producer }) => producer.loops.includes(loop))!
  const { lists, parentsAt } = family.dimensions[family.producer.loops.indexOf(loop)]!
  const list = parentsAt.length === 0 ? lists.find([], parentsAt) : undefined
  if (list !== undefined) return list
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `The elements of ${loop} differ from job to job, or are made during the run. Choose elements of a loop around it, whose elements are known.`,
    { details: { loop } },
  )
}

function loopAndCount(plan: Plan, wanted: ElementCount): { readonly loop: string; readonly count: number } {
  if (typeof wanted === 'number') return { loop: outermostLoop(plan), count: wanted }
  const entries = Object.entries(wanted)
  const [entry] = entries
  if (entry === undefined || entries.length > 1)
    throw new ShowrunnerError('USAGE_INVALID', 'Name one loop and how many of its elements to make: row=20.')
  const [loop, count] = entry
  const known = loopsOf(plan)
  if (!known.includes(loop)) throw new ShowrunnerError('USAGE_INVALID', unknownNameText('loop', loop, known))
  return { loop, count }
}

const loopsOf = ({ families }: Plan): readonly string[] => [
  ...new Set(families.flatMap(({ producer }) => producer.loops)),
]

/** The one over inputs that is in no other; without such a one, the one that counts. */
function outermostLoop(plan: Plan): string {
  const outermost = [...new Set(plan.families.flatMap(({ producer }) => producer.loops.slice(0, 1)))]
  const overInputs = outermost.filter(loop => plan.blueprint.loops.get(loop)?.type === 'over')
  const candidates = overInputs.length > 0 ? overInputs : outermost
  const [only, ...others] = candidates
  if (only !== undefined && others.length === 0) return only
  const names = loopsOf(plan)
  throw new ShowrunnerError(
    'USAGE_INVALID',
    names.length === 0
      ? 'The blueprint has no loop: there are no elements to choose from.'
      : `Elements of which loop? Name it, as in ${names[0]}=20. There are: ${names.join(', ')}.`,
    { details: { loops: names } },
  )
}
