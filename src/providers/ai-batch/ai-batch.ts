import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceRequest } from '../../model/provider/provider.js'
import type { SettingsMistake, SettingsRequest } from '../../model/provider/settings-check.js'
import { type ModelName, modelName } from '../ai/model-name.js'
import { askInBatch } from '../kit/batch/ask-in-batch.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { promptMistakes, promptTemplates } from '../kit/language/prompt-mistakes.js'
import { shapeMistakes } from '../kit/language/shape-mistakes.js'
import {
  type AiBatchConfig,
  aiBatchConfigSchema,
  BATCH_VENDORS,
  type BatchVendorName,
} from './ai-batch-config.js'
import { anthropicBatches } from './anthropic/anthropic-batches.js'
import type { BatchVendor } from './batch-vendor.js'
import { googleBatches } from './google/google-batches.js'
import { openAiBatches } from './openai-batches.js'

const VENDORS: Readonly<Record<BatchVendorName, BatchVendor>> = {
  openai: openAiBatches,
  anthropic: anthropicBatches,
  google: googleBatches,
  compatible: openAiBatches,
}

/**
 * Texts and JSON by the batch API of the model's vendor, at half the price and within a day. The jobs that run at the
 * same time on a thread go into one batch; a job that is started again waits for the batch it was in.
 */
const aiBatch = configuredProvider('ai-batch', aiBatchConfigSchema, {
  look: {
    templates: promptTemplates,
    more: (config, request) => [
      ...promptMistakes(config, request),
      ...vendorMistakes(config, request),
      ...(config.task === 'embedding' ? [] : shapeMistakes(config, request)),
    ],
  },
  async produce(config, request, context) {
    const { vendor, modelId } = vendorOf(request.model, config)
    if (config.task === 'embedding') checkEmbedding(request.outputs)
    const call = { config, modelId, request, context }
    const { maxRequests = vendor.maxRequests, maxBytes = vendor.maxBytes } = config
    return await askInBatch({
      settings: { ...config, maxRequests, maxBytes },
      request,
      context,
      failures: vendor.failures,
      service: () => vendor.api(call),
      body: () => vendor.body(call),
      result: body => vendor.result(body, call),
    })
  },
})
export default aiBatch

/** @throws ProviderError `invalid` for a model without a vendor, or one without a batch API */
function vendorOf(model: string | undefined, config: AiBatchConfig) {
  if (model === undefined) throw invalid('needs a model, such as anthropic/claude-haiku-4-5.')
  const name = modelName(model, config)
  const vendor = name && batchVendor(name)
  if (name !== undefined && vendor !== undefined) return { vendor, modelId: name.modelId }
  throw invalid(noVendor(model, name))
}

const batchVendor = ({ vendor }: ModelName): BatchVendor | undefined =>
  Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor as BatchVendorName] : undefined

const invalid = (problem: string) =>
  new ProviderError('invalid', `Provider ai-batch: ${problem}`, { isOfSetup: true })

const noVendor = (model: string, name: ModelName | undefined): string =>
  name === undefined
    ? `the model "${model}" names no vendor. Write vendor/${model}, with one of ${BATCH_VENDORS.join(', ')}.`
    : `no batch API of ${name.vendor} is known, only of ${BATCH_VENDORS.join(', ')}. Take provider ai for ${model}.`

function vendorMistakes(config: AiBatchConfig, { model }: SettingsRequest): SettingsMistake[] {
  const name = modelName(model, config)
  const vendor = name && batchVendor(name)
  if (name === undefined || vendor === undefined) return []
  const missing = vendor.missing
    .filter(field => config[field] !== undefined)
    .map(field => ({ path: [field], message: `Models of ${name.vendor} have no ${field}.` }))
  if (config.task !== 'embedding' || vendor === openAiBatches) return missing
  return [
    ...missing,
    { path: ['task'], message: `Embeddings in batches are made by openai, not ${name.vendor}.` },
  ]
}

function checkEmbedding(outputs: ProduceRequest['outputs']): void {
  const [output, ...others] = Object.values(outputs)
  if (output?.type === 'json' && output.count === undefined && others.length === 0) return
  throw invalid('an embedding is one json output without a loop.')
}
