import type { JsonObject } from '../../model/json.js'
import type { ProduceContext, ProduceRequest, ProduceResult } from '../../model/provider/provider.js'
import type { BatchApi, ServiceFailures } from '../kit/batch/batch-api.js'
import type { AiBatchConfig } from './ai-batch-config.js'

/** One attempt at one job, whose vendor is known. */
export interface VendorCall {
  readonly config: AiBatchConfig
  readonly modelId: string
  readonly request: ProduceRequest
  readonly context: ProduceContext
}

/** How a vendor's batches are made, and its requests and answers written. */
export interface BatchVendor {
  /** The most that one batch takes, by the vendor's own rules. */
  readonly maxRequests: number
  readonly maxBytes: number
  readonly failures: ServiceFailures
  /** Fields of the config that the vendor's models do not have. */
  readonly missing: readonly (keyof AiBatchConfig)[]
  api(call: VendorCall): BatchApi | Promise<BatchApi>
  body(call: VendorCall): Promise<JsonObject>
  result(body: object, call: VendorCall): ProduceResult
}
