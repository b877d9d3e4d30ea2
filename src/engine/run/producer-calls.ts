import type { JobTemplate } from '../../model/job.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import type { ProducerCall } from '../../telemetry/run-metrics.js'
import { builtinNamed } from '../provider/builtin-modules.js'

/** What telemetry calls the attempts of each producer, for each that may answer it. @param services in their order */
export const producerCalls = (
  templates: readonly JobTemplate[],
  services: readonly ProviderModel[],
): ProducerCall[] =>
  templates.map(({ producer, provider, model, config, outputs }, target) => {
    const builtin =
      provider.type === 'module' && provider.builtin ? builtinNamed(provider.builtin) : undefined
    const genAi = builtin?.genAi?.({ model, config, outputs })
    return { producer, provider: provider.name, by: services[target]!, genAi }
  })
