import type { Blueprint, ProducerSpec } from '../../blueprint/blueprint.js'
import { readPaths } from '../../plan/values/read-paths.js'
import { type Binding, type BindingOptions, type Bindings, bind, eachAlone } from './binding.js'
import { checkSettings, type SettingsPlaces } from './check-settings.js'
import type { CodeIdentities } from './code-identity.js'
import { createProviderRegistry, type ProviderRegistry, type ProviderSetup } from './provider-registry.js'

/**
 * Finds the provider of each producer, and asks it what is wrong with its config.
 * @throws ShowrunnerError `BLUEPRINT_INVALID`, `CONFIG_INVALID`, `PROVIDER_UNKNOWN`
 */
export async function bindProducers(
  parts: { readonly providers: ProviderSetup; readonly codeIdentities: CodeIdentities },
  blueprint: Blueprint,
  places: SettingsPlaces,
): Promise<Bindings> {
  const { isSimulated } = places
  const real = createProviderRegistry(parts.providers)
  const known = bindKnown(blueprint, real, { isSimulation: false })
  await checkSettings(blueprint, { registry: real, byProducer: known }, places)
  const registry = isSimulated ? createProviderRegistry({ ...parts.providers, simulate: true }) : real
  const bound = isSimulated
    ? bindKnown(blueprint, registry, { isSimulation: true, reads: readPaths(blueprint) })
    : known
  const codeOf = async (binding: Binding): Promise<Binding> => {
    const code = await parts.codeIdentities.of(binding, places.baseFolder)
    const spares = await Promise.all(binding.spares.map(codeOf))
    return { ...binding, code, spares, byModel: withCode(binding.byModel, code) }
  }
  const coded = [...bound].map(async ([name, binding]) => [name, await codeOf(binding)] as const)
  return { registry, byProducer: new Map(await Promise.all(coded)) }
}

/** A simulation plays providers that nobody has configured yet: the real ones of them are left out. */
function bindKnown(
  blueprint: Blueprint,
  registry: ProviderRegistry,
  options: BindingOptions,
): Map<string, Binding> {
  const isKnown = ({ provider }: ProducerSpec) => options.isSimulation || registry.has(provider)
  const bound = new Map<string, Binding>()
  for (const producer of blueprint.producers.values()) {
    const [first, ...spares] = eachAlone(producer)
      .filter(isKnown)
      .map(each => bind(each, registry.resolve(each.provider), options))
    if (first !== undefined && isKnown(producer)) bound.set(producer.name, { ...first, spares })
  }
  return bound
}

function withCode(byModel: Binding['byModel'], code: string | undefined): Binding['byModel'] {
  if (byModel === undefined) return undefined
  const bindings = [...byModel.bindings].map(([model, binding]) => [model, { ...binding, code }] as const)
  return { ...byModel, bindings: new Map(bindings) }
}
