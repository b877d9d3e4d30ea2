import type { SettingsMistake, SettingsRequest } from '../../../model/provider/settings-check.js'
import { type TemplateField, templatesIn } from '../template/template-names.js'
import type { PromptConfig } from './prompt-fields.js'

/** The templates of a language model's config. */
export const promptTemplates = ({ prompt, system, messages = [] }: PromptConfig): TemplateField[] => [
  ...templatesIn(prompt, ['prompt']),
  ...templatesIn(system, ['system']),
  ...messages.flatMap(({ content }, at) => templatesIn(content, ['messages', at, 'content'])),
]

/** Attachments that are no inputs. */
export function promptMistakes(
  { attach = [] }: PromptConfig,
  { inputs }: SettingsRequest,
): SettingsMistake[] {
  return attach.flatMap((name, at) =>
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
}
