import type { Attributes } from '@opentelemetry/api'
import type { GenAiCall } from '../model/telemetry/gen-ai-call.js'

/** Names of OpenTelemetry's semantic conventions for generative AI, version 1.37. */
export function genAiAttributes({ operation, provider, model }: GenAiCall): Attributes {
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': provider,
    ...(model !== undefined && { 'gen_ai.request.model': model }),
  }
}

/** Of a span of kind client: `chat gpt-5-mini`. */
export const genAiSpanName = ({ operation, model }: GenAiCall): string =>
  model === undefined ? operation : `${operation} ${model}`
