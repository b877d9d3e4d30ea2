import type { Blueprint, ProducerSpec } from '../../blueprint/blueprint.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { mistakesError } from '../../diagnostics/mistakes-error.js'
import type { Path } from '../../diagnostics/place.js'
import type { ShowrunnerError } from '../../model/error/error.js'
import type { Provider } from '../../model/provider/provider.js'
import type { SettingsMistake, SettingsRequest } from '../../model/provider/settings-check.js'
import { checkMistakes } from '../answer-check/check-mistakes.js'
import type { ConfigSource } from '../config/config-source.js'
import { type Binding, type Bindings, eachAlone } from './binding.js'
import { modelMistakes } from './called/model-mistakes.js'
import { bracesMistakes } from './check-braces.js'
import { loadBuiltin } from './load-builtin.js'
import type { ProviderRegistry } from './provider-registry.js'

/** Where the settings of producers stand. */
export interface SettingsPlaces {
  /** Where relative paths start. */
  readonly baseFolder: string
  /** Finds the places of mistakes in the blueprint's file. */
  mistakeBook(): MistakeBook
  readonly configSource: ConfigSource | undefined
  readonly isSimulated: boolean
}

/**
 * Asks each producer's provider what is wrong with its config, so that a mistake is told once and with its place,
 * instead of by every job, after those before it were paid for.
 * @throws ShowrunnerError `BLUEPRINT_INVALID` or, where only the providers' own configs are wrong, `CONFIG_INVALID`
 */
export async function checkSettings(
  blueprint: Blueprint,
  { registry, byProducer }: Bindings,
  places: SettingsPlaces,
): Promise<void> {
  const reports: Report[] = []
  for (const producer of blueprint.producers.values()) {
    for (const mistake of await checkMistakes(producer, places.baseFolder))
      reports.push({ ...mistake, isOfBlueprint: true })
    // A simulated run plays providers that nobody has configured yet.
    if (!places.isSimulated) reports.push(...unknownProviders(producer, registry))
    const first = byProducer.get(producer.name)
    for (const binding of first === undefined ? [] : [first, ...first.spares]) {
      const provider = await checkerOf(binding, registry)
      const request = settingsRequest(binding, places.baseFolder)
      for (const mistake of provider?.check?.(request) ?? []) reports.push(placed(mistake, binding))
      for (const mistake of modelMistakes(binding)) reports.push({ ...mistake, isOfBlueprint: true })
      for (const mistake of bracesMistakes(blueprint, producer, binding.provider.builtin !== undefined))
        reports.push({ ...mistake, isOfBlueprint: true })
    }
  }
  const isUnknown = reports.length > 0 && reports.every(({ unknown }) => unknown?.what === PROVIDER)
  if (reports.length > 0) throw toError(reports, places, isUnknown ? 'PROVIDER_UNKNOWN' : undefined)
}

const PROVIDER = 'provider'

function unknownProviders(producer: ProducerSpec, registry: ProviderRegistry): Report[] {
  const known = registry.names
  const advice = 'Add it to the config or to openEngine({ providers }).'
  const names = eachAlone(producer).map(({ provider }) => provider)
  const isList = new Set(names).size > 1
  return names.flatMap((name, at) => {
    if (registry.has(name) || names.indexOf(name) < at) return []
    const message = `There is no provider "${name}". ${advice}`
    const path = ['producers', producer.name, 'provider', ...(isList ? [at] : [])]
    return { path, message, unknown: { what: PROVIDER, name, known }, advice, isOfBlueprint: true }
  })
}

/** Modules of the user's own are not loaded here: what they do at their start belongs into the threads. */
async function checkerOf(
  { producer, provider: { source, builtin } }: Binding,
  { inlineProviders }: ProviderRegistry,
): Promise<Provider | undefined> {
  if (source.type === 'inline') return inlineProviders.get(producer.provider)
  return builtin === undefined ? undefined : await loadBuiltin(builtin)
}

function settingsRequest({ producer, config, model }: Binding, baseFolder: string): SettingsRequest {
  const outputs = [...producer.outputs.values()].map(
    ({ name, type, loops }) => [name, { type, isList: loops.length > 0 }] as const,
  )
  return {
    config,
    model,
    inputs: [...producer.with.keys()],
    outputs: Object.fromEntries(outputs),
    baseFolder,
  }
}

interface Report extends SettingsMistake {
  /** Said after the names there are. */
  readonly advice?: string
  readonly isOfBlueprint: boolean
}

/** A key of the producer's own config hides the provider's; what is missing is missing in the producer. */
function placed(mistake: SettingsMistake, { producer, provider }: Binding): Report {
  const [key] = mistake.path
  const isOfBlueprint =
    key === undefined || Object.hasOwn(producer.config, key) || !Object.hasOwn(provider.config, key)
  const above: Path = isOfBlueprint
    ? ['producers', producer.name, 'config']
    : ['providers', producer.provider, 'config']
  return { ...mistake, path: [...above, ...mistake.path], isOfBlueprint }
}

function toError(
  reports: readonly Report[],
  places: SettingsPlaces,
  code: 'PROVIDER_UNKNOWN' | undefined,
): ShowrunnerError {
  const blueprint = places.mistakeBook()
  const config = places.configSource?.mistakeBook() ?? new MistakeBook()
  for (const { isOfBlueprint, path, message, unknown, advice } of reports) {
    const book = isOfBlueprint ? blueprint : config
    if (unknown === undefined) book.add(path, message)
    else {
      const { what, name, known } = unknown
      book.addUnknown(path, what, name, known, path.at(-1) === name ? 'key' : undefined, advice)
    }
  }
  const isOfBlueprint = !blueprint.isEmpty
  return mistakesError(
    code ?? (isOfBlueprint ? 'BLUEPRINT_INVALID' : 'CONFIG_INVALID'),
    isOfBlueprint ? 'The blueprint' : 'The config',
    blueprint,
    config,
  )
}
