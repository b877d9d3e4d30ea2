import type { BlueprintDefinition } from '../blueprint/blueprint-schema.js'
import type { JsonObject } from '../model/json.js'
import type { ProbeOfProvider } from './probe-request.js'

/** A blueprint of so many calls of a provider, which differ in the ids of their jobs. Pure. */
export function singleProducer(only: ProbeOfProvider, calls: number): BlueprintDefinition {
  const { provider, model, outputType = 'text' } = only
  return {
    name: 'probe',
    loops: { call: { count: calls } },
    producers: {
      Probe: {
        loop: 'call',
        provider,
        ...(model !== undefined && { model }),
        with: literal(only.with ?? {}) as JsonObject,
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
