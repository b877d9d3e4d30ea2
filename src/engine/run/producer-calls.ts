import type { JobTemplate } from '../../model/job.js'
import type { ProducerCall } from '../../telemetry/run-metrics.js'
import { builtinNamed } from '../provider/builtin-modules.js'

/** What telemetry calls the attempts of each producer. */
export const producerCalls = (templates: readonly JobTemplate[]): ProducerCall[] =>
  templates.map(({ producer, provider, model, config, outputs }) => {
    const builtin =
      provider.type === 'module' && provider.builtin ? builtinNamed(provider.builtin) : undefined
    return { producer, provider: provider.name, genAi: builtin?.genAi?.({ model, config, outputs }) }
  })
