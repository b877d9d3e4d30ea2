import { requiredKey } from '../../kit/sdk/sdk.js'
import type { BatchVendor, VendorCall } from '../batch-vendor.js'
import { KnownApis } from '../known-apis.js'
import { VendorHttp, vendorFailures } from '../vendor-http.js'
import { anthropicAnswer } from './anthropic-answer.js'
import { AnthropicBatchApi } from './anthropic-batch-api.js'
import { anthropicRequest } from './anthropic-request.js'

const known = new KnownApis()

export const anthropicBatches: BatchVendor = {
  maxRequests: 100_000,
  maxBytes: 255 * 1000 * 1000,
  failures: vendorFailures,
  missing: ['seed'],
  body: anthropicRequest,
  result: anthropicAnswer,
  api({ config, modelId }: VendorCall) {
    const { baseUrl = 'https://api.anthropic.com/v1' } = config
    const key = requiredKey('ai-batch', 'apiKey', config.apiKey, 'ANTHROPIC_API_KEY')
    const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01', ...config.headers }
    return known.of(
      [baseUrl, headers, modelId],
      () => new AnthropicBatchApi(new VendorHttp(baseUrl, headers)),
    )
  },
}
