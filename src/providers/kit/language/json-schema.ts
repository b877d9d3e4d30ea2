import { z } from 'zod'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'

/** Keywords whose value is a mapping of schemas, a schema, or a list of schemas. */
const MAPPINGS = ['properties', '$defs', 'definitions']
const NESTED = ['items', 'anyOf', 'oneOf', 'allOf', 'prefixItems', 'not']

/**
 * The schema as strict services want it: an object that does not say which properties it requires requires
 * all, and one that does not say whether it has others has none.
 */
export function completeSchema(schema: JsonObject): JsonObject {
  const complete: JsonObject = {}
  for (const [key, value] of Object.entries(schema)) {
    if (MAPPINGS.includes(key) && isJsonObject(value))
      complete[key] = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, nested(child)]))
    else complete[key] = NESTED.includes(key) ? nested(value) : value
  }
  if (!isJsonObject(schema.properties)) return complete
  complete.required ??= Object.keys(schema.properties)
  complete.additionalProperties ??= false
  return complete
}

function nested(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(nested)
  return isJsonObject(value) ? completeSchema(value) : value
}

/** Whether a service can promise answers of this schema: every object has exactly its properties. */
export function isStrictSchema(schema: JsonObject): boolean {
  const { type, properties, required, additionalProperties } = schema
  if (type === 'object' || isJsonObject(properties)) {
    const names = Object.keys(isJsonObject(properties) ? properties : {})
    const areRequired = Array.isArray(required) && names.every(name => required.includes(name))
    if (additionalProperties !== false || !areRequired) return false
  }
  return partsOf(schema).every(part => !isJsonObject(part) || isStrictSchema(part))
}

function partsOf(schema: JsonObject): JsonValue[] {
  const mapped = MAPPINGS.map(key => schema[key]).filter(value => value !== undefined)
  const nested = NESTED.map(key => schema[key]).filter(value => value !== undefined)
  return [
    ...mapped.flatMap(mapping => (isJsonObject(mapping) ? Object.values(mapping) : [])),
    ...nested.flat(),
  ]
}

/** What is wrong with a value, or undefined. */
export type SchemaCheck = (value: JsonValue) => string | undefined

/** A check of values. @throws ProviderError `invalid` for a schema that cannot be used */
export function schemaCheck(schema: JsonObject): SchemaCheck {
  let zod: z.ZodType
  try {
    zod = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  } catch (cause) {
    throw new ProviderError('invalid', `config.schema cannot be used: ${(cause as Error).message}`, { cause })
  }
  return value => {
    const parsed = zod.safeParse(value)
    if (parsed.success) return undefined
    const [issue] = parsed.error.issues
    return issue === undefined
      ? 'It does not fit.'
      : `${issue.path.join('.') || 'The answer'}: ${issue.message}`
  }
}
