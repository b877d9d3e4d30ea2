import type { ProduceRequest } from '../../model/provider/provider.js'
import { type BatchConfig, batchConfigSchema } from '../openai-batch/batch-config.js'
import { openAiBatchApi } from '../openai-batch/openai-batch-api.js'
import { clientOf } from '../openai-batch/openai-client.js'
import { openAiFailures } from '../openai-batch/openai-failures.js'
import { resultOfRow } from '../openai-batch/row/result-of-row.js'
import { requestBody } from '../openai-batch/row/row-request.js'
import type { BatchVendor, VendorCall } from './batch-vendor.js'

const usual = batchConfigSchema.parse({})

/** Batches of OpenAI, and of services that speak its protocol: the same as by the provider `openai-batch`. */
export const openAiBatches: BatchVendor = {
  maxRequests: usual.maxRequests,
  maxBytes: usual.maxBytes,
  failures: openAiFailures,
  missing: ['topK'],
  async api({ config, modelId, request }) {
    const client = await clientOf('ai-batch', config, request.baseFolder)
    const endpoint = config.task === 'embedding' ? '/v1/embeddings' : '/v1/chat/completions'
    return openAiBatchApi(client, { endpoint, model: modelId, completionWindow: usual.completionWindow })
  },
  body: async call => await requestBody(configOf(call), requestOf(call), call.context),
  result: (body, call) => resultOfRow(body, configOf(call), requestOf(call), call.context),
}

const requestOf = ({ request, modelId }: VendorCall): ProduceRequest => ({ ...request, model: modelId })

function configOf({ config }: VendorCall): BatchConfig {
  const { stopSequences, body, topK: _, vendor: __, headers: ___, ...shared } = config
  return {
    ...usual,
    ...shared,
    maxRequests: usual.maxRequests,
    maxBytes: usual.maxBytes,
    body: { ...(stopSequences && { stop: stopSequences }), ...body },
  }
}
