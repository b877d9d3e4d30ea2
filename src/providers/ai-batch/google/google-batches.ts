import { requiredKey } from '../../kit/sdk/sdk.js'
import type { BatchVendor, VendorCall } from '../batch-vendor.js'
import { KnownApis } from '../known-apis.js'
import { VendorHttp, vendorFailures } from '../vendor-http.js'
import { googleAnswer } from './google-answer.js'
import { GoogleBatchApi } from './google-batch-api.js'
import { googleRequest } from './google-request.js'

const known = new KnownApis()

export const googleBatches: BatchVendor = {
  maxRequests: 50_000,
  // Google takes 20 MB with the call that creates a batch, and all answers are read as one value.
  maxBytes: 19 * 1000 * 1000,
  failures: vendorFailures,
  missing: [],
  body: googleRequest,
  result: googleAnswer,
  api({ config, modelId }: VendorCall) {
    const { baseUrl = 'https://generativelanguage.googleapis.com/v1beta' } = config
    const key = requiredKey('ai-batch', 'apiKey', config.apiKey, 'GOOGLE_GENERATIVE_AI_API_KEY')
    const headers = { 'x-goog-api-key': key, ...config.headers }
    return known.of([baseUrl, headers, modelId], () => {
      return new GoogleBatchApi(new VendorHttp(baseUrl, headers), modelId)
    })
  },
}
