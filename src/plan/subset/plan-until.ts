import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { parseWritten } from '../../model/artifact-address.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { needsOf } from '../dependencies/needs-of.js'
import type { Family } from '../geometry/family.js'
import type { Plan } from '../plan.js'
import { ReviewRules } from '../review/review-rules.js'
import type { UntilFacts } from './until-facts.js'

/** The part of a plan that some producers need, themselves among it. */
export interface PlanUntil extends UntilFacts {
  /** Whether the jobs of a producer may be made. */
  includes(family: Family): boolean
}

/**
 * @param written producers or outputs of them: `Picture`, `Picture.Image`
 * @throws ShowrunnerError `USAGE_INVALID` with the nearest name
 */
export function planUntil(
  plan: Plan,
  written: string | readonly string[] | undefined,
): PlanUntil | undefined {
  const names = typeof written === 'string' ? [written] : (written ?? [])
  if (names.length === 0) return undefined
  const asked = new Set(names.map(name => familyNamed(plan, name)))
  const wanted = new Set(asked)
  const needs = [...needsOf(plan.edges, plan.families, plan.growth), ...reviewNeeds(plan)]
  // A set that grows while it is walked gives what was added as well.
  for (const { index } of wanted)
    for (const [consumer, producer] of needs) if (consumer === index) wanted.add(plan.families[producer]!)
  const namesOf = (isMeant: (family: Family) => boolean) =>
    plan.families.filter(isMeant).map(({ producer }) => producer.name)
  return {
    producers: namesOf(family => asked.has(family)),
    leftOut: namesOf(family => !wanted.has(family)),
    includes: family => wanted.has(family),
  }
}

/** What reads a reviewed output needs what the condition of that review reads: without it, nobody is asked. */
function reviewNeeds(plan: Plan): (readonly [consumer: number, producer: number])[] {
  const rules = new ReviewRules(plan)
  if (rules.isEmpty) return []
  return plan.families.flatMap(family =>
    rules
      .readsOf(family)
      .flatMap(read => plan.reviewReads[read.producer.index]!)
      .map(({ producer }) => [family.index, producer.index] as const),
  )
}

function familyNamed({ families }: Plan, written: string): Family {
  const address = parseWritten(written)
  if (address !== undefined && (address.elements.length > 0 || address.outputElements.length > 0))
    throw unusable(
      written,
      `"until" names producers, not single jobs: "${address.producer}". To make only some elements, add "first" or "sample" (--first 3).`,
    )
  const family = families.find(({ producer }) => producer.name === (address?.producer ?? written))
  if (family === undefined)
    throw unusable(
      written,
      unknownNameText(
        'producer',
        address?.producer ?? written,
        families.map(({ producer }) => producer.name),
      ),
    )
  const outputs = [...family.producer.outputs.keys()]
  if (address?.output !== undefined && !outputs.includes(address.output))
    throw unusable(written, unknownNameText(`output of ${family.producer.name}`, address.output, outputs))
  return family
}

const unusable = (until: string, message: string): ShowrunnerError =>
  new ShowrunnerError('USAGE_INVALID', message, { details: { until } })
