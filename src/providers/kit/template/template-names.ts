import Mustache from 'mustache'
import type { JsonValue } from '../../../model/json.js'
import type { SettingsMistake } from '../../../model/provider/settings-check.js'

/** A template of a config, and where it stands. */
export interface TemplateField {
  readonly path: SettingsMistake['path']
  readonly text: string
  /** Names that it sees besides the inputs. */
  readonly more?: readonly string[]
}

/** Every text in a JSON value, as a template. */
export function templatesIn(
  value: JsonValue | undefined,
  path: SettingsMistake['path'],
  more: readonly string[] = [],
): TemplateField[] {
  if (typeof value === 'string') return [{ path, text: value, more }]
  if (typeof value !== 'object' || value === null) return []
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return entries.flatMap(([key, child]) => templatesIn(child, [...path, key], more))
}

/** What is wrong with the templates of a config: broken ones, and names that no input has. */
export function templateMistakes(
  fields: Iterable<TemplateField>,
  inputs: readonly string[],
): SettingsMistake[] {
  return [...fields].flatMap(({ path, text, more = [] }) => {
    const names = namesIn(text)
    if (typeof names === 'string') return [{ path, message: `The Mustache template is broken: ${names}.` }]
    const known = [...inputs, ...more, 'feedback']
    return names
      .filter(name => !known.includes(name))
      .map(name => ({
        path,
        message: `The template names "${name}", but "with" has ${inputs.join(', ') || 'no inputs'}.`,
        unknown: { what: 'input', name, known },
      }))
  })
}

/** Mustache's, of tokens that look up a name. */
const ALL_TYPES = ['name', '&', '#', '^']
export const VARIABLE_TYPES = ['name', '&']

/**
 * Names of variables and sections; of `{{row.name}}`, `row`. Inside a section a name may be a field of its element,
 * so those are left out.
 * @returns what is wrong with a template that cannot be read
 */
export function namesIn(template: string, types: readonly string[] = ALL_TYPES): readonly string[] | string {
  let tokens: readonly (readonly unknown[])[]
  try {
    tokens = Mustache.parse(template)
  } catch (error) {
    return (error as Error).message
  }
  const names = tokens.flatMap(([type, name]) =>
    types.includes(String(type)) ? [String(name).split('.')[0]!] : [],
  )
  return [...new Set(names)].filter(name => name !== '')
}
