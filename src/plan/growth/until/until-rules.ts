import type { Blueprint } from '../../../blueprint/blueprint.js'
import type { Family } from '../../geometry/family.js'
import { allReferences } from '../../values/artifact-read.js'
import type { UntilRule } from '../list-growth.js'

/** The loops with `until` of a blueprint. */
export const untilRules = (
  { loops }: Pick<Blueprint, 'loops'>,
  families: readonly Family[],
): readonly UntilRule[] =>
  [...loops.values()].flatMap(loop => {
    const { until } = loop
    if (until === undefined) return []
    const family = families.find(({ producer }) => producer.name === until.producer)!
    const output = [...family.producer.outputs.keys()].indexOf(until.output ?? '')
    return [{ loop: { ...loop, until }, family, output: output === -1 ? undefined : output }]
  })

/**
 * By family, the rule whose elements it makes: that of the family that decides, and of those in the loop that it reads,
 * near or far. That their jobs fail or are skipped is an answer as well.
 */
export function candidateFamilies(
  rules: readonly UntilRule[],
  families: readonly Family[],
): ReadonlyMap<number, UntilRule> {
  const byName = new Map(families.map(family => [family.producer.name, family]))
  const found = new Map<number, UntilRule>()
  for (const rule of rules) {
    const open = [rule.family]
    for (let family = open.pop(); family !== undefined; family = open.pop()) {
      if (found.has(family.index) || !family.producer.loops.includes(rule.loop.name)) continue
      found.set(family.index, rule)
      for (const { reference } of allReferences(family.producer))
        if (reference.type === 'artifact') open.push(byName.get(reference.producer)!)
    }
  }
  return found
}
