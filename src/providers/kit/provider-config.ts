import { z } from 'zod'
import { expectedBy, kindOfValue } from '../../model/error/expected-by.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { SettingsMistake } from '../../model/provider/settings-check.js'
import { secretReference } from '../../model/secret/secret-reference.js'

/** All jobs of a producer share one config object, so it is checked once. */
const checked = new WeakMap<JsonObject, unknown>()

/** The config of a built-in provider, checked. @throws ProviderError `invalid` with every mistake */
export function providerConfig<Schema extends z.ZodType>(
  provider: string,
  schema: Schema,
  config: JsonObject,
): z.infer<Schema> {
  const known = checked.get(config)
  if (known !== undefined) return known as z.infer<Schema>
  const { data, mistakes } = readSettings(schema, config)
  if (mistakes.length > 0) {
    const texts = mistakes.map(({ path, message }) => `${['config', ...path].join('.')}: ${message}`)
    throw new ProviderError('invalid', `Provider ${provider}: ${texts.join('; ')}`, { isOfSetup: true })
  }
  checked.set(config, data)
  return data as z.infer<Schema>
}

/** A config as it is before its secrets are known: what stands for one fits wherever it is. */
export function readUnresolved<Schema extends z.ZodType>(
  schema: Schema,
  config: JsonObject,
): { readonly data: z.infer<Schema> | undefined; readonly mistakes: readonly SettingsMistake[] } {
  const { data, mistakes } = readSettings(schema, withStandIns(config) as JsonObject)
  return { data, mistakes: mistakes.filter(({ path }) => !leadsToReference(config, path)) }
}

interface Reading<Value> {
  readonly data: Value | undefined
  readonly mistakes: readonly SettingsMistake[]
}

function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  config: JsonObject,
): Reading<z.infer<Schema>> {
  const parsed = schema.safeParse(config)
  if (parsed.success) return { data: parsed.data, mistakes: [] }
  return {
    data: undefined,
    mistakes: parsed.error.issues.flatMap(issue => mistakesOf(issue, [], schema, config)),
  }
}

type Issue = z.core.$ZodIssue
type SettingsPath = SettingsMistake['path']

/** Of alternatives, none of which fits, the one counts that fits furthest; equal ones are all named. */
function mistakesOf(
  issue: Issue,
  above: SettingsPath,
  schema: z.ZodType,
  config: unknown,
): SettingsMistake[] {
  const path = [...above, ...(issue.path as SettingsPath)]
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    return issue.keys.map(name => ({
      path: [...path, name],
      message: `There is no such key. There are: ${known.join(', ')}.`,
      unknown: { what: 'key', name, known },
    }))
  }
  if (issue.code === 'invalid_value') return [wrongChoice(path, issue, givenAt(config, issue.path))]
  if (issue.code === 'invalid_type' && givenAt(config, issue.path) === undefined)
    return [{ path, message: `It is missing. ${expectedBy(issue)}.` }]
  if (issue.code === 'invalid_type') {
    // The kind alone: the value may be a secret.
    const got = kindOfValue(givenAt(config, issue.path))
    return [{ path, message: `${expectedBy(issue)}, got ${got}` }]
  }
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [{ path, message: expectedBy(issue) }]
  const depthOf = (issues: readonly Issue[]) => Math.max(0, ...issues.map(each => each.path.length))
  const furthest = Math.max(...issue.errors.map(depthOf))
  const meant = issue.errors
    .filter(issues => depthOf(issues) === furthest)
    .map(issues => issues.flatMap(each => mistakesOf(each, path, schema, givenAt(config, issue.path))))
  const [only] = meant
  if (meant.length === 1) return only!
  const texts = meant.map(each => each.map(({ message }) => message).join('; '))
  return [{ path: only?.[0]?.path ?? path, message: [...new Set(texts)].join(', or ') }]
}

/** A word that is none of those there are. */
function wrongChoice(
  path: SettingsPath,
  issue: Extract<Issue, { code: 'invalid_value' }>,
  given: unknown,
): SettingsMistake {
  const known = issue.values.map(String)
  const message = expectedBy(issue)
  if (typeof given !== 'string') return { path, message }
  return { path, message, unknown: { what: 'choice', name: given, known } }
}

function givenAt(config: unknown, path: readonly PropertyKey[]): unknown {
  let value = config
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

/** Names of the fields that an object at this place may have. */
function keysAt(schema: z.core.$ZodType, path: SettingsPath): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysAt(schema.unwrap(), path)
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.flatMap(option => keysAt(option, path)))]
  const [step, ...rest] = path
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape)
    const field = schema.shape[step]
    return field === undefined ? [] : keysAt(field, rest)
  }
  if (step === undefined) return []
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest)
  return schema instanceof z.ZodRecord ? keysAt(schema.valueType, rest) : []
}

/** Fits a text and a URL. */
const STAND_IN = 'https://secret.invalid'

function withStandIns(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withStandIns)
  if (!isJsonObject(value)) return value
  if (secretReference(value) !== undefined) return STAND_IN
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withStandIns(child!)]))
}

function leadsToReference(config: JsonObject, path: SettingsPath): boolean {
  let value: unknown = config
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return false
    if (secretReference(value as JsonObject) !== undefined) return true
    value = (value as Record<string | number, unknown>)[step]
  }
  return isJsonObject(value) && secretReference(value) !== undefined
}
