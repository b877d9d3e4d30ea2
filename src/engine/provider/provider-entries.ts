import { z } from 'zod'
import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { plainJson } from '../../diagnostics/plain-json.js'
import { readMapping, readShape } from '../../diagnostics/read-shape.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { presentKeys } from '../../model/json/present-keys.js'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { type Latency, latencySchema } from '../../model/provider/latency.js'
import type { Price } from '../../model/provider/price.js'
import type { ProduceFunction, Provider } from '../../model/provider/provider.js'
import { asProvider } from '../../model/provider/provider-module.js'
import { JSON_NESTING_LIMIT } from '../../model/value-limits.js'
import {
  FORMER_KEYS,
  type ModelSettings,
  type ProviderLimits,
  readLimits,
  readModels,
  readPrice,
} from './provider-limits.js'

/** What may be said about a provider besides where its code is. */
export interface ProviderSettings {
  /** Passed to the provider; the blueprint's own `config` overrides it. Never logged. */
  readonly config?: JsonObject | undefined
  /** Used where the blueprint names none. */
  readonly model?: string | undefined
  /**
   * Names the provider's code. Without it the content of its module stands for it, so that a change of the file
   * regenerates its artifacts; with it only another name does.
   */
  readonly version?: string | undefined
  /** What the service allows; what is left out is learned. */
  readonly limits?: ProviderLimits | undefined
  /** What a job costs, where the provider itself does not say. Needed for a budget. */
  readonly priceUsd?: Price | undefined
  /** How long a call takes, in milliseconds: what `--simulate` and rehearsals go by. */
  readonly latencyMs?: Latency | undefined
  /** By model id, what is different for it. */
  readonly models?: Readonly<Record<string, ModelSettings>> | undefined
}

/** A provider whose code is a module, loaded in worker threads. */
export interface ModuleProvider extends ProviderSettings {
  /** `./path.mjs` from the config's folder, `package-name`, or `builtin:template`. */
  readonly module: string
}

/** A provider that runs in the host's thread; made by {@link inline}. */
export interface InlineProvider extends ProviderSettings {
  /** Tells it from a module. */
  readonly type: 'inline'
  /** What is called. */
  readonly provider: Provider
}

/** How a provider is named in `openEngine({ providers })` and in a config. */
export type ProviderEntry = ModuleProvider | InlineProvider

/** An entry as a program gives it: a provider by itself is one without settings. */
export type GivenProvider = ProviderEntry | Provider

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

const PROVIDER_NAME = /^[A-Za-z][\w.-]{0,62}$/
const CONFIG_VALUE_LIMIT = 100_000

const COMMON = {
  model: () => z.string().min(1),
  version: () => z.string().min(1).max(100),
  latencyMs: latencySchema,
  // These have readers of their own.
  config: () => z.unknown(),
  limits: () => z.unknown(),
  priceUsd: () => z.unknown(),
  models: () => z.unknown(),
}
const MODULE = {
  module: z.string().min(1),
  ...COMMON,
}
const INLINE = {
  type: z.literal('inline'),
  provider: z.custom<Provider>(
    value => asProvider(value) !== undefined,
    'Expected a function, or an object with produce()',
  ),
  ...COMMON,
}

/** Checks providers by name, as a config or the API gives them. Mistakes go to `book`; they quote no config. */
export function readProviders(book: MistakeBook, value: unknown, path: Path): Record<string, ProviderEntry> {
  const providers: Record<string, ProviderEntry> = {}
  for (const [name, entry] of Object.entries(readMapping(book, value, path) ?? {})) {
    const at = [...path, name]
    if (PROVIDER_NAME.test(name)) providers[name] = readEntry(book, entry, at)
    else
      book.add(
        at,
        'The name of a provider has letters, digits, ".", "_" and "-", and starts with a letter.',
        undefined,
        'key',
      )
  }
  return shareLimits(book, providers, path)
}

/** What one provider of a group says of their limits counts for all of them: they use one account. */
function shareLimits(
  book: MistakeBook,
  providers: Readonly<Record<string, ProviderEntry>>,
  path: Path,
): Record<string, ProviderEntry> {
  const shared = new Map<string, Map<string, { readonly value: unknown; readonly by: string }>>()
  for (const [name, { limits = {} }] of Object.entries(providers)) {
    const group = limits.group ?? name
    const known = shared.get(group) ?? new Map()
    shared.set(group, known)
    for (const [limit, value] of Object.entries(limits)) {
      if (value === undefined) continue
      const { by, value: before } = known.get(limit) ?? { by: name, value }
      known.set(limit, { by, value: before })
      if (value === before) continue
      const message = `"${name}" shares the limits of "${by}", where this is ${before}. Give both the same value, or set it in only one of them.`
      book.add([...path, name, 'limits', limit], message)
    }
  }
  return Object.fromEntries(
    Object.entries(providers).map(([name, entry]) => {
      const limits = [...shared.get(entry.limits?.group ?? name)!].map(([limit, { value }]) => [limit, value])
      return [name, limits.length === 0 ? entry : { ...entry, limits: Object.fromEntries(limits) }]
    }),
  )
}

function readEntry(book: MistakeBook, given: unknown, path: Path): ProviderEntry {
  const entry = isBareProvider(given) ? { type: 'inline', provider: given } : given
  if (typeof entry === 'function') {
    book.add(path, 'Expected a mapping, got a function. Write inline(fn).')
    return { module: '' }
  }
  const isInline = isJsonObject(entry) && 'type' in entry
  const { config, limits, priceUsd, models, ...read } = readShape(
    book,
    isJsonObject(entry) ? presentKeys(entry, FORMER_KEYS) : entry,
    path,
    isInline ? INLINE : MODULE,
  )
  return {
    ...(read as ModuleProvider | InlineProvider),
    ...(config !== undefined && { config: readConfig(book, config, [...path, 'config']) }),
    ...(limits !== undefined && { limits: readLimits(book, limits, [...path, 'limits']) }),
    ...(priceUsd !== undefined && { priceUsd: readPrice(book, priceUsd, [...path, 'priceUsd']) }),
    ...(models !== undefined && { models: readModels(book, models, [...path, 'models']) }),
  }
}

/** What `defineProvider` gives: a provider without settings. */
const isBareProvider = (entry: unknown): entry is Provider =>
  typeof entry === 'object' && entry !== null && 'produce' in entry && asProvider(entry) !== undefined

/** A copy, so that the config stays what it is when the caller changes the object. */
function readConfig(book: MistakeBook, value: unknown, path: Path): JsonObject {
  if (!isJsonObject(value)) {
    book.add(path, 'Expected a mapping.')
    return {}
  }
  const config = plainJson(value, path, {
    nestingLimit: JSON_NESTING_LIMIT,
    valueLimit: CONFIG_VALUE_LIMIT,
    report: (at, message) => book.add(at, message),
  })
  return structuredClone(config ?? {}) as JsonObject
}
