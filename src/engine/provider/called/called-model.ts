import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'

/** Fields in which configs of services without a `model` name it. */
export const MODEL_FIELDS = /^(?:model|deployment|engine)(?:[_-]?(?:id|name))?$/i

/**
 * The model that a producer's calls ask for, by which its limits, prices and health are known: its `model`, or the one
 * that its config names, as `model` or in the body of a request. Undefined: it names none, or one for each job.
 */
export const calledModel = (model: string | undefined, config: JsonObject): string | undefined =>
  model ?? namedIn(config) ?? (isJsonObject(config.body) ? namedIn(config.body) : undefined)

function namedIn(fields: JsonObject): string | undefined {
  const named = Object.entries(fields).find(([name, value]) => MODEL_FIELDS.test(name) && isPlainText(value))
  return named?.[1] as string | undefined
}

/** Not filled in for each job. */
const isPlainText = (value: JsonValue): boolean =>
  typeof value === 'string' && value !== '' && !value.includes('{{')
