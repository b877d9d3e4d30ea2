import type { JsonObject, JsonValue } from '../../model/json.js'
import { isProviderError } from '../../model/provider/failure/provider-error.js'
import { COUNTS, countOf } from '../../model/provider/price.js'
import { jsonFault } from './output/json-fault.js'

/** `usage` of a result. */
const USAGE_LIMIT_BYTES = 16 * 1024

/** What a provider says that an attempt has used and cost. */
export interface Account {
  readonly usage?: JsonObject
  /** In US dollars. */
  readonly costUsd?: number
}

interface Told {
  readonly usage?: unknown
  readonly costUsd?: unknown
  /** What 0.1 called it: a budget would count on it and get nothing. */
  readonly cost?: unknown
}

/** Invalid usage and cost are left out: they must not spoil a result that was paid for. */
export function accountOf(source: unknown): Account {
  const { usage, cost, costUsd = cost } = (source ?? {}) as Told
  const counted = usageOf(usage)
  const isAmount = typeof costUsd === 'number' && Number.isFinite(costUsd) && costUsd >= 0
  return { ...(counted && { usage: counted }), ...(isAmount && { costUsd }) }
}

/** The same of an answer that could not be used, as the provider's error tells it. */
export function accountOfError(thrown: unknown): Account {
  try {
    return isProviderError(thrown) ? accountOf(thrown) : {}
  } catch {
    // Properties of a foreign error may throw when they are read.
    return {}
  }
}

function usageOf(usage: unknown): JsonObject | undefined {
  if (typeof usage !== 'object' || usage === null || Array.isArray(usage)) return undefined
  if (jsonFault(usage) !== undefined) return undefined
  const text = JSON.stringify(usage)
  if (text.length > USAGE_LIMIT_BYTES) return undefined
  const told = Object.entries(JSON.parse(text) as JsonObject)
  const counted = told.map(([name, value]) => [name, COUNTS.includes(name) ? countOf(value) : value] as const)
  return Object.fromEntries(counted.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined))
}
