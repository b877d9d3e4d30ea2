import type { ProduceContext, ProduceRequest } from '../../model/provider/provider.js'
import type { AiConfig } from './ai-config.js'
import type { Vendor } from './vendor.js'

export type AiSdk = typeof import('ai')

/** One call of the AI SDK on behalf of one attempt. */
export interface AiCall {
  readonly sdk: AiSdk
  readonly vendor: Vendor
  readonly config: AiConfig
  readonly request: ProduceRequest
  readonly context: ProduceContext
}

/** What every function of the SDK takes. Retries are the engine's: inside the SDK they would hide 429s. */
export function callOptions({ config, context }: AiCall) {
  return {
    maxRetries: 0,
    abortSignal: context.signal,
    ...(config.providerOptions && { providerOptions: config.providerOptions }),
  }
}

interface Reported {
  readonly warnings?: readonly object[] | undefined
  readonly responses?:
    | readonly ({ readonly headers?: Record<string, string> | undefined } | undefined)[]
    | undefined
}

const warned = new Set<string>()
const WARNING_LIMIT = 1_000

/** Passes on what a result says besides what it holds. */
export function report({ context }: AiCall, { warnings = [], responses = [] }: Reported): void {
  for (const response of responses) if (response?.headers) context.responseHeaders(response.headers)
  for (const warning of warnings) {
    const text = `AI SDK: ${JSON.stringify(warning)}`
    // All jobs of a producer get the same ones: once in a thread will do.
    if (warned.has(text) || warned.size >= WARNING_LIMIT) continue
    warned.add(text)
    context.log('warn', text)
  }
}
