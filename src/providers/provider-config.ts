import type { z } from 'zod'
import type { JsonObject } from '../model/json.js'
import { ProviderError } from '../model/provider-error.js'

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
  const parsed = schema.safeParse(config)
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      ({ path, message }) => `${['config', ...path].join('.')}: ${message}`,
    )
    throw new ProviderError('invalid', `Provider ${provider}: ${mistakes.join('; ')}`)
  }
  checked.set(config, parsed.data)
  return parsed.data
}
