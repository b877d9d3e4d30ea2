import type { BlueprintDefinition } from '../blueprint/blueprint-schema.js'
import type { JsonObject } from '../model/json.js'

export interface SingleProducer {
  readonly provider: string
  readonly model?: string | undefined
  /** What each call gets, by name. */
  readonly with: Readonly<Record<string, unknown>>
  /** Of the only output. @default 'text' */
  readonly outputType?: string | undefined
  /** Calls that differ in their job's id. */
  readonly calls: number
}

/** A blueprint for probing a provider without one. */
export function singleProducer(only: SingleProducer): BlueprintDefinition {
  const { provider, model, outputType = 'text', calls } = only
  return {
    name: 'probe',
    loops: { call: { count: calls } },
    producers: {
      Probe: {
        loop: 'call',
        provider,
        ...(model !== undefined && { model }),
        with: literal(only.with) as JsonObject,
        outputs: { Output: outputType },
      },
    },
  }
}

/** The same values, their texts taken as they are: a `${` in them refers to nothing. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${')
  if (Array.isArray(value)) return value.map(literal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, literal(child)]))
}
