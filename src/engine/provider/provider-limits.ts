import { z } from 'zod'
import { DURATION, durationMs } from '../../blueprint/duration.js'
import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { readMapping, readShape } from '../../diagnostics/read-shape.js'
import { presentKeys } from '../../model/json/present-keys.js'
import { isJsonObject } from '../../model/json.js'
import type { Price } from '../../model/provider/price.js'

/** What a service takes. Whatever is not given is learned from its answers. */
export interface ProviderLimits {
  /** Attempts in flight, of all runs of an engine. */
  readonly concurrency?: number | undefined
  /** Attempts that may start in a minute. */
  readonly requestsPerMinute?: number | undefined
  /** Of input and output together. */
  readonly tokensPerMinute?: number | undefined
  /** Time until the whole concurrency is used, growing evenly: `30s`, `2m`. */
  readonly rampUp?: string | undefined
  /**
   * `true`: the concurrency is found by latency and errors, below `concurrency`; `false`: nothing is learned.
   * Without it, a provider learns from answers that say "too many", and from many failures.
   */
  readonly adaptive?: boolean | undefined
  /** Providers of one group share their limits, since they use the same account. @default the provider's name */
  readonly group?: string | undefined
}

/** What is different for one model of a provider. */
export interface ModelSettings {
  /** In US dollars, in place of the provider's. */
  readonly priceUsd?: Price | undefined
  /** Besides the limits of the provider as a whole. */
  readonly limits?: Omit<ProviderLimits, 'group'> | undefined
}

const positive = () => z.number().positive('Expected a number above 0')
const dollars = () => z.number().min(0, 'Expected dollars from 0')

const MODEL_LIMITS = {
  concurrency: () => z.int().min(1),
  requestsPerMinute: positive,
  tokensPerMinute: positive,
  rampUp: () => z.string().regex(DURATION, 'Expected a time with its unit, such as "30s" or "2m"'),
  adaptive: () => z.boolean(),
}
const LIMITS = { ...MODEL_LIMITS, group: () => z.string().min(1).max(64) }

const PRICE = {
  perCall: dollars,
  perMillionInputTokens: dollars,
  perMillionOutputTokens: dollars,
  perMillionCharacters: dollars,
  perImage: dollars,
  perSecond: dollars,
  maxPerJob: dollars,
}

export const readLimits = (book: MistakeBook, value: unknown, path: Path): ProviderLimits =>
  readShape(book, value, path, LIMITS)

export const readPrice = (book: MistakeBook, value: unknown, path: Path): Price =>
  readShape(book, value, path, PRICE)

/** Of providers and models, as 0.1 had them. */
export const FORMER_KEYS = { price: 'priceUsd' }
const MODEL = { priceUsd: () => z.unknown(), limits: () => z.unknown() }

export function readModels(book: MistakeBook, value: unknown, path: Path): Record<string, ModelSettings> {
  const models: Record<string, ModelSettings> = {}
  for (const [model, entry] of Object.entries(readMapping(book, value, path) ?? {})) {
    const at = [...path, model]
    const present = isJsonObject(entry) ? presentKeys(entry, FORMER_KEYS) : entry
    const { priceUsd, limits } = readShape(book, present, at, MODEL)
    models[model] = {
      ...(priceUsd !== undefined && { priceUsd: readPrice(book, priceUsd, [...at, 'priceUsd']) }),
      ...(limits !== undefined && { limits: readShape(book, limits, [...at, 'limits'], MODEL_LIMITS) }),
    }
  }
  return models
}

export const rampUpMs = ({ rampUp }: Pick<ProviderLimits, 'rampUp'>): number | undefined =>
  rampUp === undefined ? undefined : durationMs(rampUp)
