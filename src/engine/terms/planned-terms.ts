import type { PlannedTerms } from '../../coordinator/target-terms.js'
import type { Price } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import type { Binding } from '../provider/binding.js'
import type { RunBudgets } from '../run/run-budgets.js'

/** What an output of bytes is taken for until the first job of its producer has shown what it makes. */
const ASSUMED_BLOB_BYTES = 1024 * 1024

/** What the jobs that each target answers cost and need: prices, and the budgets of the run. */
export function plannedTerms(
  { plan, bindings }: Pick<PreparedPlan, 'plan' | 'bindings'>,
  budgets: RunBudgets,
): PlannedTerms[] {
  return bindings.map((binding, target) => {
    const family = plan.families[plan.targets.familyOf(target)]!
    const { producer, price, isLocal, isFreeUnlessSaid, config } = binding
    return {
      price,
      isLocal,
      isFreeUnlessSaid,
      budgets: budgets.of(producer.provider),
      base: plan.targets.baseOf(target),
      later: plan.targets.of(family.index).slice(plan.targets.placeOf(target) + 1),
      fallbackOn: producer.fallbackOn,
      weight: producer.priority,
      images: imagesOf(family),
      assumedBytes: assumedBytesOf(family),
      maxOutputTokens: typeof config.maxOutputTokens === 'number' ? config.maxOutputTokens : undefined,
      promptBytes:
        isByText(price) || hasTokenLimit(binding) ? Buffer.byteLength(JSON.stringify(config)) : undefined,
    }
  })
}

/** Of outputs that are bytes; texts are mostly small. */
function assumedBytesOf(family: Family): number {
  return countOf(family, type => type.includes('/')) * ASSUMED_BLOB_BYTES
}

/** Artifacts of a kind that one job makes; the most of them where that differs. */
function countOf({ producer, whole, blocks }: Family, isWanted: (type: string) => boolean): number {
  let most = 0
  for (const [at, { type, loops }] of [...producer.outputs.values()].entries()) {
    if (!isWanted(type)) continue
    if (loops.length === 0) most++
    else if (whole !== undefined) most += whole.outputs[at]!.count
    else most += blocks.reduce((max, { outputs }) => Math.max(max, outputs[at]!.count), 1)
  }
  return most
}

const isByText = (price: Price | undefined): boolean =>
  [price?.perMillionInputTokens, price?.perMillionOutputTokens, price?.perMillionCharacters].some(Boolean)

const hasTokenLimit = ({ limits, modelLimits }: Binding): boolean =>
  limits.tokensPerMinute !== undefined || modelLimits?.tokensPerMinute !== undefined

function imagesOf(family: Family): number {
  return countOf(family, type => type.startsWith('image/'))
}
