import { ShowrunnerError } from '../model/error.js'
import type { ProviderSource } from '../model/job.js'
import type { JsonObject } from '../model/json.js'
import { nearestName } from '../model/nearest-name.js'
import type { ProduceFunction, Provider } from '../model/provider.js'
import { asProvider } from '../model/provider-module.js'
import { positive } from './positive.js'
import { BUILTIN_PROVIDERS, builtinSpecifier, isBuiltinProvider, resolveModule } from './resolve-module.js'

export interface ProviderLimits {
  /** Attempts of this provider at the same time, within the run's own concurrency. */
  readonly concurrency?: number | undefined
}

/** What may be said about a provider besides where its code is. */
export interface ProviderSettings {
  /** Passed to the provider; the blueprint's own `config` lies over it. Never logged. */
  readonly config?: JsonObject | undefined
  /** Used where the blueprint names none. */
  readonly model?: string | undefined
  readonly limits?: ProviderLimits | undefined
}

/** A provider whose code is a module, loaded in worker threads. */
export interface ModuleProvider extends ProviderSettings {
  /** `./path.mjs` from the config's folder, `package-name`, or `builtin:template`. */
  readonly module: string
}

/** A provider that runs in the host's thread; made by {@link inline}. */
export interface InlineProvider extends ProviderSettings {
  readonly type: 'inline'
  readonly provider: Provider
}

export type ProviderEntry = ModuleProvider | InlineProvider

/**
 * Turns a function of the embedding program into a provider. It runs in the program's own thread: right for
 * calls that wait on a network or need the program's objects, wrong for work that keeps the thread busy.
 */
export function inline(
  provider: ProduceFunction | Provider,
  settings: ProviderSettings = {},
): InlineProvider {
  const checked = asProvider(provider)
  if (checked !== undefined) return { type: 'inline', provider: checked, ...settings }
  throw new ShowrunnerError('CONFIG_INVALID', 'inline() takes a function, or an object with produce().')
}

/** Providers by name, with their modules resolved. */
export interface ProviderSetup {
  readonly configured: ReadonlyMap<string, ProviderSettings & { readonly specifier: string }>
  readonly inline: ReadonlyMap<string, InlineProvider>
}

/**
 * Resolves the modules of providers as a config or the API gives them. Relative paths start from `folder`.
 * @throws ShowrunnerError `CONFIG_INVALID` for a module that does not exist, `USAGE_INVALID` for a limit below 1
 */
export function providerSetup(
  entries: Readonly<Record<string, ProviderEntry>>,
  folder: string,
): ProviderSetup {
  const configured = new Map<string, ProviderSettings & { readonly specifier: string }>()
  const inlined = new Map<string, InlineProvider>()
  for (const [name, entry] of Object.entries(entries)) {
    positive(`limits.concurrency of provider "${name}"`, entry.limits?.concurrency)
    if ('provider' in entry) inlined.set(name, entry)
    else configured.set(name, { ...entry, specifier: resolveModule(name, entry.module, folder) })
  }
  return { configured, inline: inlined }
}

interface ResolvedProvider {
  readonly source: ProviderSource
  readonly config: JsonObject
  readonly model: string | undefined
  readonly limits: ProviderLimits
}

export interface ProviderRegistry {
  /** @throws ShowrunnerError `PROVIDER_UNKNOWN` */
  resolve(name: string): ResolvedProvider
  /** For the worker pool. */
  readonly inlineProviders: ReadonlyMap<string, Provider>
}

/**
 * Finds providers by the names that blueprints use. A configured name hides a built-in one. With `simulate`
 * every provider, known or not, is replaced by the built-in `simulate`, and keeps its limits.
 */
export function createProviderRegistry({
  configured,
  inline: inlined,
  simulate = false,
}: ProviderSetup & { readonly simulate?: boolean }): ProviderRegistry {
  const known = (name: string) => inlined.get(name) ?? configured.get(name)
  return {
    inlineProviders: simulate
      ? new Map()
      : new Map([...inlined].map(([name, { provider }]) => [name, provider])),
    resolve(name) {
      const settings = known(name)
      if (simulate) return simulated(name, settings)
      if (settings === undefined && !isBuiltinProvider(name)) {
        throw unknownProvider(name, [...inlined.keys(), ...configured.keys()])
      }
      return {
        source: sourceOf(name, settings),
        config: settings?.config ?? {},
        model: settings?.model,
        limits: settings?.limits ?? {},
      }
    },
  }
}

function sourceOf(
  name: string,
  settings: InlineProvider | { readonly specifier: string } | undefined,
): ProviderSource {
  if (settings === undefined) {
    return { type: 'module', name, specifier: builtinSpecifier(name as (typeof BUILTIN_PROVIDERS)[number]) }
  }
  return 'provider' in settings
    ? { type: 'inline', name }
    : { type: 'module', name, specifier: settings.specifier }
}

function simulated(
  name: string,
  settings: (ProviderSettings & { specifier?: string }) | undefined,
): ResolvedProvider {
  const specifier = builtinSpecifier('simulate')
  const isSimulateItself = name === 'simulate' || settings?.specifier === specifier
  return {
    source: { type: 'module', name, specifier },
    // The replaced provider's own config may hold its keys, and means nothing here.
    config: isSimulateItself ? (settings?.config ?? {}) : { standsIn: true },
    model: settings?.model,
    limits: settings?.limits ?? {},
  }
}

function unknownProvider(name: string, configured: readonly string[]): ShowrunnerError {
  const names = [...new Set([...configured, ...BUILTIN_PROVIDERS])].sort()
  const nearest = nearestName(name, names)
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  return new ShowrunnerError(
    'PROVIDER_UNKNOWN',
    `There is no provider "${name}".${hint} There are: ${names.join(', ')}. Add it to the config or to openEngine({ providers }).`,
    { details: { provider: name, providers: names } },
  )
}
