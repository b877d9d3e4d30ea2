import type { ProducerSpec } from '../../../blueprint/blueprint.js'
import type { JsonObject } from '../../../model/json.js'
import type { SettingsMistake } from '../../../model/provider/settings-check.js'
import type { ResolvedProvider } from '../provider-registry.js'
import { jobModel } from './job-model.js'

interface MeantModel {
  readonly producer: Pick<ProducerSpec, 'name' | 'model' | 'with'>
  readonly provider: Pick<ResolvedProvider, 'builtin' | 'models'>
  readonly config: JsonObject
}

const HOW =
  'To name one for each job, take a provider whose request names it, such as http with body: { model: "{{model}}" } and with: { model: ${…} }, or write a producer for each model, with "when".'

/** A `model` that was meant to be filled in, and a template in a config that gives a model which nobody can tell. */
export function modelMistakes({ producer, provider, config }: MeantModel): SettingsMistake[] {
  const { name, model } = producer
  if (model !== undefined && /\$\{|\{\{/.test(model))
    return [{ path: ['producers', name, 'model'], message: `A model is taken as it is written. ${HOW}` }]
  const isKnown = model !== undefined || Object.keys(provider.models).length === 0
  if (isKnown || jobModel(producer, provider.builtin === undefined, config) !== 'unknown') return []
  const message = `The provider has settings by model ("models"), and this template does not tell which model a job asks for: write it with {{name}} alone.`
  return [{ path: ['producers', name, 'config'], message }]
}
