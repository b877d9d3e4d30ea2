import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'

/** Nesting of made-up values; a schema that refers to itself is cut there. */
const DEPTH_LIMIT = 8
const LIST_LENGTH = 3
const TEXT_LENGTH = 24

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:00:00Z',
  'date-time': '2026-01-31T12:00:00Z',
  duration: 'PT1H',
  email: 'someone@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  uri: 'https://example.com/',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
}

export interface Invention {
  /** In [0, 1). */
  random(): number
  text(length: number): string
}

/** A value that a JSON Schema (2020-12, as models are given) accepts, but for patterns, which are not looked at. */
export function schemaValue(schema: JsonValue, invention: Invention, root = schema, depth = 0): JsonValue {
  if (!isJsonObject(schema) || depth > DEPTH_LIMIT) return null
  const next = (part: JsonValue | undefined) => schemaValue(part ?? {}, invention, root, depth + 1)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return pick(schema.enum, invention)
  if (typeof schema.$ref === 'string') return next(resolved(schema.$ref, root))
  const choice = [schema.anyOf, schema.oneOf].find(Array.isArray)
  if (choice !== undefined && choice.length > 0) return next(pick(choice.filter(isNotNull), invention))
  if (Array.isArray(schema.allOf)) return next(merged(schema, schema.allOf))
  switch (typeOf(schema)) {
    case 'object': {
      const properties = isJsonObject(schema.properties) ? schema.properties : {}
      return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, next(part)]))
    }
    case 'array': {
      const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
      const least = numberOr(schema.minItems, LIST_LENGTH)
      const length = Math.max(first.length, Math.min(least, numberOr(schema.maxItems, least)))
      return Array.from({ length }, (_, at) => next(first[at] ?? schema.items))
    }
    case 'integer':
      return Math.round(numberOf(schema, invention, 1))
    case 'number':
      return numberOf(schema, invention, 0)
    case 'boolean':
      return invention.random() < 0.5
    case 'null':
      return null
    default:
      return textOf(schema, invention)
  }
}

function typeOf({ type, properties, items }: JsonObject): JsonValue | undefined {
  if (Array.isArray(type)) return type.find(each => each !== 'null') ?? 'null'
  return type ?? (properties !== undefined ? 'object' : items !== undefined ? 'array' : undefined)
}

function numberOf(schema: JsonObject, { random }: Invention, step: number): number {
  const least = numberOr(
    schema.minimum,
    numberOr(schema.exclusiveMinimum, 0) + (schema.exclusiveMinimum === undefined ? 0 : step || 0.01),
  )
  const most = numberOr(
    schema.maximum,
    numberOr(schema.exclusiveMaximum, Math.max(least, 0) + 100) -
      (schema.exclusiveMaximum === undefined ? 0 : step || 0.01),
  )
  const value = least + random() * Math.max(0, most - least)
  const multiple = numberOr(schema.multipleOf, 0)
  return multiple > 0 ? Math.ceil(least / multiple) * multiple : Math.min(most, Math.round(value * 100) / 100)
}

function textOf({ format, minLength, maxLength }: JsonObject, { text }: Invention): string {
  if (typeof format === 'string' && Object.hasOwn(FORMATS, format)) return FORMATS[format]!
  const length = Math.min(
    Math.max(TEXT_LENGTH, numberOr(minLength, 0)),
    numberOr(maxLength, Number.POSITIVE_INFINITY),
  )
  return text(length).padEnd(numberOr(minLength, 0), '.')
}

/** `#/$defs/Scene` */
function resolved(reference: string, root: JsonValue): JsonValue {
  let value: JsonValue | undefined = root
  for (const step of reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter(part => part !== ''))
    value = isJsonObject(value) ? value[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  return value ?? {}
}

function merged(schema: JsonObject, parts: readonly JsonValue[]): JsonObject {
  const { allOf: _, ...own } = schema
  const all = [own, ...parts.filter(isJsonObject)]
  const properties = Object.assign(
    {},
    ...all.map(part => (isJsonObject(part.properties) ? part.properties : {})),
  )
  return Object.assign({}, ...all, { properties }) as JsonObject
}

const isNotNull = (schema: JsonValue): boolean => !isJsonObject(schema) || schema.type !== 'null'

const numberOr = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise

const pick = (list: readonly JsonValue[], { random }: Invention): JsonValue =>
  list[Math.floor(random() * list.length)] ?? null
