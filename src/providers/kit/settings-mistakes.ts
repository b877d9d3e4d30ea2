import type { z } from 'zod'
import type { SettingsMistake, SettingsRequest } from '../../model/provider/settings-check.js'
import { readUnresolved } from './provider-config.js'
import { type TemplateField, templateMistakes } from './template/template-names.js'

/** What a built-in provider looks at in a config that has the right shape. */
export interface SettingsLook<Config> {
  /** Its templates over the inputs. */
  templates?(config: Config, request: SettingsRequest): Iterable<TemplateField>
  /** By name, the fields of the config that say something of single outputs. */
  byOutput?(config: Config): Readonly<Record<string, object | undefined>>
  /** Anything else. */
  more?(config: Config, request: SettingsRequest): readonly SettingsMistake[]
}

/** Every mistake of a config that shows before anything is called. */
export function settingsMistakes<Schema extends z.ZodType>(
  schema: Schema,
  request: SettingsRequest,
  look: SettingsLook<z.infer<Schema>> = {},
): readonly SettingsMistake[] {
  const { data: config, mistakes } = readUnresolved(schema, request.config)
  if (config === undefined || mistakes.length > 0) return mistakes
  return [
    ...templateMistakes(look.templates?.(config, request) ?? [], request.inputs),
    ...unknownOutputs(look.byOutput?.(config) ?? {}, request),
    ...(look.more?.(config, request) ?? []),
  ]
}

function unknownOutputs(
  fields: Readonly<Record<string, object | undefined>>,
  { outputs }: SettingsRequest,
): SettingsMistake[] {
  const known = Object.keys(outputs)
  return Object.entries(fields).flatMap(([field, given = {}]) =>
    Object.keys(given)
      .filter(name => !known.includes(name))
      .map(name => ({
        path: [field, name],
        message: `"${name}" is not an output of this producer, which has ${known.join(', ')}.`,
        unknown: { what: 'output', name, known },
      })),
  )
}
