import type { Admission } from '../../coordinator/limits/admission.js'
import type { Limiter } from '../../coordinator/limits/limiter.js'
import type { Learning, LimiterSettings } from '../../coordinator/limits/limiter-settings.js'
import type { FamilyTerms } from '../../coordinator/limits/run-admission.js'
import type { JsonObject } from '../../model/json.js'
import type { Price } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import type { RunBudgets } from '../run/run-budgets.js'
import { endpointName } from './endpoint-name.js'
import type { ModelSettings, ProviderLimits } from './provider-limits.js'
import { rampUpMs } from './provider-limits.js'
import type { ProviderRegistry, ResolvedProvider } from './provider-registry.js'

/** What an output of bytes is taken for until the first job of its producer has shown what it makes. */
const ASSUMED_BLOB_BYTES = 1024 * 1024

/** How the jobs of each family of a plan are admitted: limiters of the engine, prices, and the budgets of the run. */
export function admissionTerms(
  plan: Plan,
  registry: ProviderRegistry,
  admission: Admission,
  budgets: RunBudgets,
): FamilyTerms[] {
  return plan.families.map(family => {
    const { producer } = family
    const provider = registry.resolve(producer.provider)
    const model = producer.model ?? provider.model
    const config = { ...provider.config, ...producer.config }
    const price = priceOf(provider, model, config)
    const limiters = limitersOf(producer.provider, provider, model, admission)
    const isMeasured = isByText(price) || hasTokenLimit(provider, model)
    const kind = provider.builtin?.kind
    const isPlain = kind === 'local' && limiters.length === 0
    return {
      limiters,
      health: isPlain
        ? undefined
        : admission.health(endpointName(producer.provider, provider, model, config)),
      price,
      isLocal: provider.builtin?.kind === 'local',
      isFreeUnlessSaid: price === undefined && runsOwnCode(provider),
      budgets: budgets.of(producer.provider),
      weight: producer.priority,
      images: imagesOf(family),
      assumedBytes: assumedBytesOf(family),
      maxOutputTokens: typeof config.maxOutputTokens === 'number' ? config.maxOutputTokens : undefined,
      promptBytes: isMeasured ? Buffer.byteLength(JSON.stringify(config)) : undefined,
    }
  })
}

/** Of outputs that are bytes; texts are mostly small. */
function assumedBytesOf({ outputs }: Family): number {
  return outputs.reduce(
    (sum, { spec, count }) => sum + (spec.type.includes('/') ? count * ASSUMED_BLOB_BYTES : 0),
    0,
  )
}

function priceOf(
  provider: ResolvedProvider,
  model: string | undefined,
  config: JsonObject,
): Price | undefined {
  const ofModel = model === undefined ? undefined : provider.models[model]?.price
  return ofModel ?? provider.price ?? provider.builtin?.price?.(config)
}

/** A file of the user's own, not a package of somebody's. */
function runsOwnCode({ source, builtin }: ResolvedProvider): boolean {
  if (source.type !== 'module') return false
  return builtin?.isFreeUnlessSaid ?? (builtin === undefined && !source.specifier.includes('/node_modules/'))
}

function limitersOf(
  name: string,
  provider: ResolvedProvider,
  model: string | undefined,
  admission: Admission,
): readonly Limiter[] {
  const { limits, models, builtin } = provider
  // What a simulation learns must not hold the real service back.
  const prefix = provider.isSimulated ? 'simulate ' : ''
  const account = `${prefix}${limits.group ?? name}`
  const ofModel: ModelSettings['limits'] = model === undefined ? undefined : models[model]?.limits
  const isPlain = builtin?.kind === 'local' && Object.keys(limits).length === 0
  const limiters = isPlain ? [] : [admission.limiter(account, settingsOf(limits, builtin?.kind))]
  if (ofModel === undefined) return limiters
  return [...limiters, admission.limiter(`${account} ${model}`, settingsOf(ofModel, builtin?.kind))]
}

function learningOf({ adaptive }: Omit<ProviderLimits, 'group'>, kind: string | undefined): Learning {
  if (adaptive !== undefined) return adaptive ? 'latency' : 'off'
  if (kind === 'local' || kind === 'queue') return 'off'
  return 'refusals'
}

function settingsOf(limits: Omit<ProviderLimits, 'group'>, kind: string | undefined): LimiterSettings {
  const learning = learningOf(limits, kind)
  const { concurrency, requestsPerMinute, tokensPerMinute } = limits
  const isGentle = kind === 'service' && concurrency === undefined && learning === 'refusals'
  return { concurrency, requestsPerMinute, tokensPerMinute, rampUpMs: rampUpMs(limits), isGentle, learning }
}

const isByText = (price: Price | undefined): boolean =>
  [price?.perMillionInputTokens, price?.perMillionOutputTokens, price?.perMillionCharacters].some(Boolean)

function hasTokenLimit({ limits, models }: ResolvedProvider, model: string | undefined): boolean {
  const ofModel = model === undefined ? undefined : models[model]?.limits
  return limits.tokensPerMinute !== undefined || ofModel?.tokensPerMinute !== undefined
}

function imagesOf(family: Family): number {
  return family.outputs
    .filter(({ spec }) => spec.type.startsWith('image/'))
    .reduce((sum, { count }) => sum + count, 0)
}
