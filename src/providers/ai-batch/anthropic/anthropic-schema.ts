import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'

/** Keywords that Anthropic's structured outputs refuse. */
const REFUSED = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
]

/**
 * A schema with what Anthropic refuses said in its description instead: the model is told, and the answer is
 * checked against the whole schema when it is there.
 */
export function anthropicSchema(schema: JsonObject): JsonObject {
  const kept: JsonObject = {}
  const said: JsonObject = {}
  for (const [key, value] of Object.entries(schema)) {
    if (isNamed(key, value)) kept[key] = mapped(value)
    else if (REFUSED.includes(key) || (key === 'minItems' && Number(value) > 1)) said[key] = value
    else kept[key] = nested(key, value)
  }
  if (Object.keys(said).length === 0) return kept
  const description = typeof schema.description === 'string' ? `${schema.description} ` : ''
  return { ...kept, description: `${description}${JSON.stringify(said)}` }
}

const MAPPINGS = ['properties', '$defs', 'definitions']

const isNamed = (key: string, value: JsonValue): value is JsonObject =>
  MAPPINGS.includes(key) && isJsonObject(value)

const mapped = (schemas: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schemas).map(([name, child]) => [name, nested('', child)]))

function nested(key: string, value: JsonValue): JsonValue {
  if (['enum', 'const', 'default', 'examples'].includes(key)) return value
  if (Array.isArray(value)) return value.map(item => nested('', item))
  return isJsonObject(value) ? anthropicSchema(value) : value
}
