import type { ProducerSpec } from '../../blueprint/blueprint.js'
import { presentKeys } from '../../model/json/present-keys.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { ATTEMPT_TIMEOUT_MS } from '../../model/provider/attempt-limits.js'
import type { Price } from '../../model/provider/price.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import type { ModelOfJob } from '../../plan/targets.js'
import type { ResultSettings } from '../../plan/up-to-date/settings-parts.js'
import type { ReadPaths } from '../../plan/values/read-paths.js'
import { calledModel } from './called/called-model.js'
import { endpointName } from './called/endpoint-name.js'
import { jobModel } from './called/job-model.js'
import type { ModelSettings, ProviderLimits } from './provider-limits.js'
import type { ProviderRegistry, ResolvedProvider } from './provider-registry.js'

/** Where a producer meets its provider, once a plan: what of both counts for the producer's jobs. */
export interface Binding extends ResultSettings {
  readonly producer: ProducerSpec
  readonly provider: ResolvedProvider
  readonly price: Price | undefined
  /** Nobody has said what a job costs, and its code is the user's own. */
  readonly isFreeUnlessSaid: boolean
  readonly isLocal: boolean
  /** What jobs of the same account at a service share: the account's limits, and those of the model. */
  readonly account: string
  readonly limits: ProviderLimits
  readonly modelLimits: ModelSettings['limits']
  /** What the provider is called with, whether as `model` or in the config; undefined: nothing, or what each job names. */
  readonly calledModel: string | undefined
  /** The models that the config knows, where each job names one. */
  readonly byModel?: ModelBindings | undefined
  /** What answers or fails as a whole. */
  readonly endpoint: string
  readonly timeoutMs: number
  /** Those that are asked where this one fails, in their order; `producer` names each as its own provider. */
  readonly spares: readonly Binding[]
}

/** What is different for the models that jobs name. */
interface ModelBindings {
  readonly modelOf: ModelOfJob
  readonly bindings: ReadonlyMap<string, Binding>
}

/** The bindings of a blueprint, by producer, in its order, and the providers that they were found among. */
export interface Bindings {
  readonly registry: ProviderRegistry
  readonly byProducer: ReadonlyMap<string, Binding>
}

export interface BindingOptions {
  /** Nothing real is called: results are kept apart from real ones. */
  readonly isSimulation: boolean
  /** By producer, what a stand-in has to make up. */
  readonly reads?: ReadonlyMap<string, ReadPaths> | undefined
}

/** The producer's own settings override its provider's. The `code` is not known yet. */
export function bind(producer: ProducerSpec, provider: ResolvedProvider, options: BindingOptions): Binding {
  const model = producer.model ?? provider.model
  const config = mergedConfig(producer, provider, options.reads?.get(producer.name))
  const bindTo = (called: string | undefined): Binding => {
    const ofModel = called === undefined ? undefined : provider.models[called]
    const price = ofModel?.priceUsd ?? provider.price ?? provider.builtin?.price?.(config)
    const { limits, isSimulated, builtin } = provider
    // What a simulation learns must not hold the real service back.
    const account = `${isSimulated ? 'simulate ' : ''}${limits.group ?? producer.provider}`
    return {
      name: options.isSimulation ? `simulate ${producer.provider}` : producer.provider,
      model,
      config,
      producer,
      provider,
      price,
      isFreeUnlessSaid: price === undefined && runsOwnCode(provider),
      isLocal: builtin?.kind === 'local',
      account,
      limits,
      modelLimits: ofModel?.limits,
      calledModel: called,
      endpoint: endpointName(account, called, config),
      timeoutMs: producer.timeoutMs ?? ATTEMPT_TIMEOUT_MS,
      spares: [],
    }
  }
  const called = calledModel(model, config)
  const known = Object.keys(provider.models)
  const modelOf =
    called !== undefined || known.length === 0
      ? undefined
      : jobModel(producer, provider.builtin === undefined, config)
  if (typeof modelOf !== 'function') return bindTo(called)
  return {
    ...bindTo(undefined),
    byModel: { modelOf, bindings: new Map(known.map(name => [name, bindTo(name)])) },
  }
}

/** As events and records name it. */
export const serviceOf = ({ name: provider, model }: Pick<Binding, 'name' | 'model'>): ProviderModel => ({
  provider,
  ...(model !== undefined && { model }),
})

/** The producer as if each of those that may answer it were its only one, in their order. */
export function eachAlone(producer: ProducerSpec): readonly ProducerSpec[] {
  const { spares } = producer
  if (spares.length === 0) return [producer]
  return [producer, ...spares.map(({ provider, model }) => ({ ...producer, provider, model, spares: [] }))]
}

function mergedConfig(
  producer: ProducerSpec,
  provider: ResolvedProvider,
  reads: ReadPaths | undefined,
): JsonObject {
  const former = provider.builtin?.formerKeys ?? {}
  const config = { ...presentKeys(provider.config, former), ...presentKeys(producer.config, former) }
  const { standsIn } = provider.config
  return isJsonObject(standsIn) ? { ...config, standsIn: { ...standsIn, reads: reads ?? {} } } : config
}

/** A file of the user's own, not a package of somebody's. */
function runsOwnCode({ source, builtin }: ResolvedProvider): boolean {
  if (source.type !== 'module') return false
  return builtin?.isFreeUnlessSaid ?? (builtin === undefined && !source.specifier.includes('/node_modules/'))
}
