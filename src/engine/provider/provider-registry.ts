import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import type { Latency } from '../../model/provider/latency.js'
import type { Price } from '../../model/provider/price.js'
import type { Provider } from '../../model/provider/provider.js'
import type { BuiltinProvider } from '../../model/provider/provider-declaration.js'
import { BUILTIN_NAMES, builtinAt, builtinNamed, specifierOf } from './builtin-modules.js'
import type { InlineProvider, ProviderEntry, ProviderSettings } from './provider-entries.js'
import type { ModelSettings, ProviderLimits } from './provider-limits.js'
import { resolveModule } from './resolve-module.js'

/** Providers by name, with their modules resolved. */
export interface ProviderSetup {
  readonly configured: ReadonlyMap<string, ProviderSettings & { readonly specifier: string }>
  readonly inline: ReadonlyMap<string, InlineProvider>
}

/**
 * Resolves the modules of checked entries. Relative paths start from `folder`.
 * @throws ShowrunnerError `CONFIG_INVALID` for a module that does not exist
 */
export async function providerSetup(
  entries: Readonly<Record<string, ProviderEntry>>,
  folder: string,
): Promise<ProviderSetup> {
  const configured = new Map<string, ProviderSettings & { readonly specifier: string }>()
  const inlined = new Map<string, InlineProvider>()
  for (const [name, entry] of Object.entries(entries)) {
    if ('provider' in entry) inlined.set(name, entry)
    else configured.set(name, { ...entry, specifier: await resolveModule(name, entry.module, folder) })
  }
  return { configured, inline: inlined }
}

/** Where a provider's code is: a module that threads load, or a function of this process. */
export type ProviderSource =
  | { readonly type: 'module'; readonly name: string; readonly specifier: string }
  | { readonly type: 'inline'; readonly name: string }

export interface ResolvedProvider {
  readonly source: ProviderSource
  readonly config: JsonObject
  readonly model: string | undefined
  readonly version: string | undefined
  readonly limits: ProviderLimits
  readonly price: Price | undefined
  readonly latencyMs: Latency | undefined
  readonly models: Readonly<Record<string, ModelSettings>>
  /** What is known of a built-in one. */
  readonly builtin: BuiltinProvider | undefined
  readonly isSimulated: boolean
}

export interface ProviderRegistry {
  /** Of all providers there are. */
  readonly names: readonly string[]
  /** Whether there is a provider of that name, also where `simulate` replaces it. */
  has(name: string): boolean
  /** @throws ShowrunnerError `PROVIDER_UNKNOWN` */
  resolve(name: string): ResolvedProvider
  /** For the executor. */
  readonly inlineProviders: ReadonlyMap<string, Provider>
}

/**
 * Finds providers by the names that blueprints use. A configured name hides a built-in one. With `simulate`
 * every provider, known or not, is replaced by the built-in `simulate`, and keeps its limits; but for built-in ones
 * that work on this machine.
 */
export function createProviderRegistry({
  configured,
  inline: inlined,
  simulate = false,
}: ProviderSetup & { readonly simulate?: boolean }): ProviderRegistry {
  const known = (name: string) => inlined.get(name) ?? configured.get(name)
  return {
    names: [...new Set([...inlined.keys(), ...configured.keys(), ...BUILTIN_NAMES])].sort(),
    has: name => known(name) !== undefined || builtinNamed(name) !== undefined,
    inlineProviders: simulate
      ? new Map()
      : new Map([...inlined].map(([name, { provider }]) => [name, provider])),
    resolve(name) {
      const settings = known(name)
      if (simulate) return simulated(name, settings)
      if (settings === undefined && builtinNamed(name) === undefined) {
        throw unknownProvider(name, [...inlined.keys(), ...configured.keys()])
      }
      const source = sourceOf(name, settings)
      return {
        source,
        config: settings?.config ?? {},
        ...commonOf(settings),
        builtin: builtinOf(source),
        isSimulated: false,
      }
    },
  }
}

function commonOf(settings: ProviderSettings | undefined) {
  return {
    model: settings?.model,
    version: settings?.version,
    limits: settings?.limits ?? {},
    price: settings?.priceUsd,
    latencyMs: settings?.latencyMs,
    models: settings?.models ?? {},
  }
}

const builtinOf = (source: ProviderSource): BuiltinProvider | undefined =>
  source.type === 'module' ? builtinAt(source.specifier) : undefined

function sourceOf(
  name: string,
  settings: InlineProvider | { readonly specifier: string } | undefined,
): ProviderSource {
  if (settings === undefined) {
    return { type: 'module', name, specifier: specifierOf(builtinNamed(name)!) }
  }
  return 'provider' in settings
    ? { type: 'inline', name }
    : { type: 'module', name, specifier: settings.specifier }
}

function simulated(
  name: string,
  settings: (ProviderSettings & { specifier?: string }) | undefined,
): ResolvedProvider {
  const real =
    settings === undefined && builtinNamed(name) === undefined ? undefined : sourceOf(name, settings as never)
  // What works on this machine costs nothing, and what it makes of simulated results is worth seeing.
  if (real !== undefined && builtinOf(real)?.kind === 'local')
    return {
      source: real,
      config: settings?.config ?? {},
      ...commonOf(settings),
      builtin: builtinOf(real),
      isSimulated: false,
    }
  const builtin = builtinNamed('simulate')!
  const specifier = specifierOf(builtin)
  const isSimulateItself = name === 'simulate' || settings?.specifier === specifier
  return {
    source: { type: 'module', name, specifier },
    config: isSimulateItself ? (settings?.config ?? {}) : standInConfig(settings),
    ...commonOf(settings),
    builtin,
    isSimulated: true,
  }
}

/** The replaced provider's own config may hold its keys, and means nothing here but for what bounds a price. */
function standInConfig(settings: ProviderSettings | undefined): JsonObject {
  const { latencyMs = 0, config = {} } = settings ?? {}
  const { maxOutputTokens, schema } = config
  return {
    standsIn: { latencyMs },
    ...(typeof maxOutputTokens === 'number' && { maxOutputTokens }),
    ...(isJsonObject(schema) && { schema }),
  }
}

function unknownProvider(name: string, configured: readonly string[]): ShowrunnerError {
  const names = [...new Set([...configured, ...BUILTIN_NAMES])].sort()
  return new ShowrunnerError(
    'PROVIDER_UNKNOWN',
    `${unknownNameText('provider', name, names)} Add it to the config or to openEngine({ providers }).`,
    { details: { provider: name, providers: names } },
  )
}
