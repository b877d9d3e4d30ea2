import type { ProducerSpec } from '../../../blueprint/blueprint.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import type { ModelOfJob } from '../../../plan/targets.js'
import { MODEL_FIELDS } from './called-model.js'

/** A tag of a template that is replaced by a value as it is. */
const TAG = /\{\{\{?\s*([\w$.-]+)\s*\}?\}\}/g

/**
 * How the jobs of a producer name their model, where each names its own: by a template in the config that takes it from
 * an input (`model`, the same in `body`, or a `{{model}}` in the address), or, with code of the user's own, as an input
 * that is called so. Undefined: none is named.
 */
export function jobModel(
  producer: Pick<ProducerSpec, 'with'>,
  isOwnCode: boolean,
  config: JsonObject,
): ModelOfJob | 'unknown' | undefined {
  const template = templateIn(config) ?? (isJsonObject(config.body) ? templateIn(config.body) : undefined)
  if (template !== undefined) return filledIn(template)
  const inUrl = typeof config.url === 'string' ? [...config.url.matchAll(TAG)] : []
  const tag = inUrl.find(([, path]) => MODEL_FIELDS.test(path!.split('.').at(-1)!))
  if (tag !== undefined) return filledIn(tag[0])
  const input = isOwnCode ? [...producer.with.keys()].find(name => MODEL_FIELDS.test(name)) : undefined
  return input === undefined ? undefined : filledIn(`{{${input}}}`)
}

function templateIn(fields: JsonObject): string | undefined {
  const found = Object.entries(fields).find(([name, value]) => MODEL_FIELDS.test(name) && isTemplate(value!))
  return found?.[1] as string | undefined
}

const isTemplate = (value: JsonValue): boolean => typeof value === 'string' && value.includes('{{')

/** `unknown` for a template with anything but values in it. */
function filledIn(template: string): ModelOfJob | 'unknown' {
  if (template.replace(TAG, '').includes('{{')) return 'unknown'
  return inputs => template.replace(TAG, (_, path: string) => textAt(inputs, path.split('.')))
}

function textAt(inputs: Readonly<Record<string, unknown>>, path: readonly string[]): string {
  let value: unknown = inputs
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return ''
    value = (value as Record<string, unknown>)[step]
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
