import type { Blueprint, ProducerSpec, Template } from '../../blueprint/blueprint.js'
import type { JsonValue } from '../../model/json.js'
import type { SettingsMistake } from '../../model/provider/settings-check.js'

const BRACES = /\{\{\{?\s*([A-Za-z_][\w-]*)((?:\.[\w-]+|\[[^\]]*\])*)\s*\}?\}\}/

/**
 * `{{…}}` under `with`, where only `${…}` is read: a template of a config that has been moved, most likely, and its
 * text would be paid for as it stands. A module of the user's own may read such templates, so there only names count
 * that `${…}` would find.
 */
export function bracesMistakes(
  blueprint: Blueprint,
  producer: ProducerSpec,
  isBuiltin: boolean,
): SettingsMistake[] {
  const inScope = new Set(['inputs', 'index', ...producer.loops, ...blueprint.producers.keys()])
  return [...producer.with].flatMap(([name, template]) => {
    for (const text of textsOf(template)) {
      const [written, first = '', rest = ''] = BRACES.exec(text) ?? []
      if (written === undefined || !(isBuiltin || inScope.has(first))) continue
      const meant = inScope.has(first) ? `Write \${${first}${rest}}.` : 'Write ${…} for a value.'
      const message = `${written} is not replaced here: the provider gets it as it is. ${meant} For the literal text, use an input that contains it.`
      return [{ path: ['producers', producer.name, 'with', name], message }]
    }
    return []
  })
}

function textsOf(template: Template): string[] {
  switch (template.type) {
    case 'literal':
      return literalTexts(template.value)
    case 'reference':
      return []
    case 'text':
      return template.parts.filter(part => typeof part === 'string')
    case 'list':
      return template.items.flatMap(textsOf)
    case 'object':
      return template.entries.flatMap(([, item]) => textsOf(item))
  }
}

function literalTexts(value: JsonValue): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(child => literalTexts(child!))
}
