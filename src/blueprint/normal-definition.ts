import type { JsonObject, JsonValue } from '../model/json.js'

/**
 * The definition with its short forms written out, so that two ways of writing the same blueprint are equal.
 * It compiles to the same blueprint again.
 */
export function normalDefinition(definition: JsonObject): JsonObject {
  const { inputs, producers, ...rest } = definition
  return {
    ...rest,
    ...(inputs !== undefined && { inputs: mapValues(inputs, withType) }),
    producers: mapValues(producers!, normalProducer),
  }
}

function normalProducer(producer: JsonValue): JsonObject {
  const { loop, outputs, version, ...rest } = producer as JsonObject
  return {
    ...rest,
    ...(loop !== undefined && { loop: listOf(loop) }),
    ...(version !== undefined && { version: String(version) }),
    outputs: mapValues(outputs!, output => {
      const { type, loop } = withType(output)
      return { type: type!, ...(loop !== undefined && { loop: listOf(loop) }) }
    }),
  }
}

const withType = (value: JsonValue): JsonObject =>
  typeof value === 'string' ? { type: value } : (value as JsonObject)

const listOf = (value: JsonValue): JsonValue[] => (Array.isArray(value) ? value : [value])

function mapValues(section: JsonValue, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(section as JsonObject).map(([key, value]) => [key, change(value)]))
}
