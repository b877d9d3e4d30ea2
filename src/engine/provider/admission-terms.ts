import type { Admission } from '../../coordinator/limits/admission.js'
import type { Limiter } from '../../coordinator/limits/limiter.js'
import type { Learning, LimiterSettings } from '../../coordinator/limits/limiter-settings.js'
import type { TargetTerms } from '../../coordinator/target-terms.js'
import type { Price } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import type { RunBudgets } from '../run/run-budgets.js'
import type { Binding } from './binding.js'
import { type ProviderLimits, rampUpMs } from './provider-limits.js'

/** What an output of bytes is taken for until the first job of its producer has shown what it makes. */
const ASSUMED_BLOB_BYTES = 1024 * 1024

/** Of a model that has no limits in the config: what it takes is learned from its refusals. */
const LANE: LimiterSettings = { learning: 'refusals' }

/** How the jobs that each target answers are admitted: limiters of the engine, prices, and the budgets of the run. */
export function admissionTerms(
  { plan, bindings }: Pick<PreparedPlan, 'plan' | 'bindings'>,
  admission: Admission,
  budgets: RunBudgets,
): TargetTerms[] {
  const models = modelsOf(bindings)
  return bindings.map((binding, target) => {
    const family = plan.families[plan.targets.familyOf(target)]!
    const { producer, price, isLocal, isFreeUnlessSaid, config, endpoint } = binding
    const limiters = limitersOf(binding, models, admission)
    const isPlain = isLocal && limiters.length === 0
    return {
      limiters,
      health: isPlain ? undefined : admission.health(endpoint),
      price,
      isLocal,
      isFreeUnlessSaid,
      budgets: budgets.of(producer.provider),
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

/** By account. */
function modelsOf(bindings: readonly Binding[]): ReadonlyMap<string, ReadonlySet<string | undefined>> {
  const models = new Map<string, Set<string | undefined>>()
  for (const { account, model } of bindings) {
    const known = models.get(account)
    if (known === undefined) models.set(account, new Set([model]))
    else known.add(model)
  }
  return models
}

/** The account's, and that of the model where it has limits of its own, or may have: one of several models. */
function limitersOf(
  { account, limits, model, modelLimits, isLocal, provider }: Binding,
  models: ReadonlyMap<string, ReadonlySet<string | undefined>>,
  admission: Admission,
): readonly Limiter[] {
  const kind = provider.builtin?.kind
  const isPlain = isLocal && Object.keys(limits).length === 0
  const own = isPlain ? undefined : admission.limiter(account, settingsOf(limits, kind, isLocal))
  const isOneOfSeveral = model !== undefined && models.get(account)!.size > 1
  const ofModel =
    modelLimits !== undefined
      ? settingsOf(modelLimits, kind, isLocal)
      : own !== undefined && isOneOfSeveral && learningOf(limits, kind) === 'refusals'
        ? LANE
        : undefined
  if (ofModel === undefined) return own === undefined ? [] : [own]
  const lane = admission.limiter(`${account} ${model}`, ofModel, own)
  return own === undefined ? [lane] : [own, lane]
}

function learningOf({ adaptive }: Omit<ProviderLimits, 'group'>, kind: string | undefined): Learning {
  if (adaptive !== undefined) return adaptive ? 'latency' : 'off'
  if (kind === 'local' || kind === 'queue') return 'off'
  return 'refusals'
}

function settingsOf(
  limits: Omit<ProviderLimits, 'group'>,
  kind: string | undefined,
  isLocal: boolean,
): LimiterSettings {
  const learning = learningOf(limits, kind)
  const { concurrency, requestsPerMinute, tokensPerMinute } = limits
  const isGentle = kind === 'service' && concurrency === undefined && learning === 'refusals'
  return {
    concurrency,
    requestsPerMinute,
    tokensPerMinute,
    rampUpMs: rampUpMs(limits),
    isGentle,
    learning,
    // Limits of an account count for all processes that use it; those of a machine are its own.
    isShared: !isLocal,
  }
}

const isByText = (price: Price | undefined): boolean =>
  [price?.perMillionInputTokens, price?.perMillionOutputTokens, price?.perMillionCharacters].some(Boolean)

const hasTokenLimit = ({ limits, modelLimits }: Binding): boolean =>
  limits.tokensPerMinute !== undefined || modelLimits?.tokensPerMinute !== undefined

function imagesOf(family: Family): number {
  return countOf(family, type => type.startsWith('image/'))
}
