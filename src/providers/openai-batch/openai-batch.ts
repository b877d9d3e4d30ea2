import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceRequest } from '../../model/provider/provider.js'
import { askInBatch } from '../kit/batch/ask-in-batch.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { promptMistakes, promptTemplates } from '../kit/language/prompt-mistakes.js'
import { shapeMistakes } from '../kit/language/shape-mistakes.js'
import { batchConfigSchema } from './batch-config.js'
import { openAiBatchApi } from './openai-batch-api.js'
import { clientOf } from './openai-client.js'
import { openAiFailures } from './openai-failures.js'
import { resultOfRow } from './row/result-of-row.js'
import { modelOf, requestBody } from './row/row-request.js'

/**
 * Chat completions and embeddings by OpenAI's batch API, at half the price and within a day. The jobs that run
 * at the same time on a thread go into one batch; a job that is started again waits for the batch it was in.
 */
const openAiBatch = configuredProvider('openai-batch', batchConfigSchema, {
  look: {
    templates: promptTemplates,
    more: (config, request) => [
      ...promptMistakes(config, request),
      ...(config.task === 'embedding' ? [] : shapeMistakes(config, request)),
    ],
  },
  async produce(config, request, context) {
    const { task, completionWindow } = config
    if (task === 'embedding') checkEmbedding(request.outputs)
    const endpoint = task === 'embedding' ? '/v1/embeddings' : '/v1/chat/completions'
    return await askInBatch({
      settings: config,
      request,
      context,
      failures: openAiFailures,
      service: async () => {
        const client = await clientOf('openai-batch', config, request.baseFolder)
        return openAiBatchApi(client, { endpoint, model: modelOf(request), completionWindow })
      },
      body: async () => await requestBody(config, request, context),
      result: body => resultOfRow(body, config, request, context),
    })
  },
})
export default openAiBatch

function checkEmbedding(outputs: ProduceRequest['outputs']): void {
  const [output, ...others] = Object.values(outputs)
  if (output?.type === 'json' && output.count === undefined && others.length === 0) return
  throw new ProviderError('invalid', 'Provider openai-batch: an embedding is one json output without a loop.')
}
