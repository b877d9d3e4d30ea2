import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext } from '../../../model/provider/provider.js'
import type { TemplateView } from '../template/render-template.js'
import { namesIn, VARIABLE_TYPES } from '../template/template-names.js'
import { FEEDBACK_NAME } from '../template/template-view.js'

/**
 * Mustache renders an unknown name as nothing, and a model answers that as well, for money. A template of
 * which no name is there is a mistake; one that misses some may leave optional inputs out, and is only told of.
 * @throws ProviderError `invalid`
 */
export function checkPromptNames(
  field: string,
  template: string,
  view: TemplateView,
  { log }: Pick<ProduceContext, 'log'>,
): void {
  const names = namesIn(template, VARIABLE_TYPES)
  // What is wrong with it is said when it is rendered.
  if (typeof names === 'string') return
  const absent = names.filter(name => !Object.hasOwn(view, name))
  if (absent.length === 0) return
  const inputs = Object.keys(view).filter(name => name !== FEEDBACK_NAME)
  const message = `config.${field} names ${absent.join(', ')}, but the inputs are ${inputs.join(', ') || 'none'}.`
  if (absent.length === names.length)
    throw new ProviderError('invalid', `${message} Give them under "with" in the blueprint.`)
  log('warn', message)
}
