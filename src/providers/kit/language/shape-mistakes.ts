import type { JsonObject } from '../../../model/json.js'
import { isProviderError } from '../../../model/provider/failure/provider-error.js'
import type { SettingsMistake, SettingsRequest } from '../../../model/provider/settings-check.js'
import { answerShape } from './answer-shape.js'

/** A schema that cannot be used or has no place for an output, and outputs that a language model cannot write. */
export function shapeMistakes(
  { schema }: { readonly schema?: JsonObject | undefined },
  { outputs }: SettingsRequest,
): SettingsMistake[] {
  const requests = Object.entries(outputs).map(([name, { type, isList }]) => [
    name,
    { type, ...(isList && { count: 1 }) },
  ])
  try {
    answerShape(Object.fromEntries(requests), schema)
    return []
  } catch (error) {
    return isProviderError(error) ? [{ path: ['schema'], message: error.message }] : []
  }
}
