import { isJsonObject, type JsonObject } from '../../../model/json.js'
import type { SettingsMistake, SettingsRequest } from '../../../model/provider/settings-check.js'
import { type TemplateField, templatesIn } from '../template/template-names.js'
import { schemaCheck } from './json-schema.js'
import type { PromptConfig } from './prompt-fields.js'

/** The templates of a language model's config. */
export const promptTemplates = ({ prompt, system, messages = [] }: PromptConfig): TemplateField[] => [
  ...templatesIn(prompt, ['prompt']),
  ...templatesIn(system, ['system']),
  ...messages.flatMap(({ content }, at) => templatesIn(content, ['messages', at, 'content'])),
]

/** A schema that cannot be used, and attachments that are no inputs. */
export function promptMistakes(
  { schema, attach = [] }: PromptConfig & { readonly schema?: unknown },
  { inputs }: SettingsRequest,
): SettingsMistake[] {
  const unknown = attach.flatMap((name, at) =>
    inputs.includes(name)
      ? []
      : [
          {
            path: ['attach', at],
            message: `config.attach names "${name}", but the inputs are ${inputs.join(', ')}.`,
            unknown: { what: 'input', name, known: inputs },
          },
        ],
  )
  return [...unknown, ...(isJsonObject(schema) ? unusable(schema) : [])]
}

function unusable(schema: JsonObject): SettingsMistake[] {
  try {
    schemaCheck(schema)
    return []
  } catch (error) {
    return [{ path: ['schema'], message: `${(error as Error).message}.` }]
  }
}
