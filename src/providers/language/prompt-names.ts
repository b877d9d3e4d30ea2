import Mustache from 'mustache'
import type { ProduceContext } from '../../model/provider.js'
import { ProviderError } from '../../model/provider-error.js'
import type { TemplateView } from '../render-template.js'

/**
 * Mustache renders a name that is not there as nothing, and a model answers that as well, for money. A template of
 * which no name is there is a mistake; one that lacks some may leave optional inputs out, and is only told of.
 * @throws ProviderError `invalid`
 */
export function checkPromptNames(
  field: string,
  template: string,
  view: TemplateView,
  { log }: Pick<ProduceContext, 'log'>,
): void {
  const names = namesIn(template)
  const absent = names.filter(name => name !== '' && !Object.hasOwn(view, name))
  if (absent.length === 0) return
  const inputs = Object.keys(view)
  const message = `config.${field} names ${absent.join(', ')}, but the inputs are ${inputs.join(', ') || 'none'}.`
  if (absent.length === names.length)
    throw new ProviderError('invalid', `${message} Give them under "with" in the blueprint.`)
  log('warn', message)
}

/** Names of variables outside sections, which have names of their own; of `{{row.name}}`, `row`. */
function namesIn(template: string): readonly string[] {
  let tokens: readonly (readonly unknown[])[]
  try {
    tokens = Mustache.parse(template)
  } catch {
    // What is wrong with it is said when it is rendered.
    return []
  }
  const names = tokens.flatMap(([type, name]) =>
    type === 'name' || type === '&' ? [String(name).split('.')[0]!] : [],
  )
  return [...new Set(names)]
}
