import type { ProduceRequest } from '../../model/provider/provider.js'
import type { GenAiCall } from '../../model/telemetry/gen-ai-call.js'
import { modelName } from './model-name.js'
import { usualTask } from './usual-task.js'

/** What the semantic conventions call vendors that the AI SDK names otherwise. */
const PROVIDERS: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
}
const OPERATIONS: Readonly<Record<string, string>> = { text: 'chat', embedding: 'embeddings' }

/** The call of a producer; undefined for one without a vendor, which fails when it runs. */
export function genAiCall({
  model,
  config,
  outputs,
}: Pick<ProduceRequest, 'model' | 'config' | 'outputs'>): GenAiCall | undefined {
  const name = modelName(model, config)
  if (name === undefined) return undefined
  const task = typeof config.task === 'string' ? config.task : usualTask(outputs)
  return {
    operation: OPERATIONS[task] ?? 'generate_content',
    provider: PROVIDERS[name.vendor] ?? name.vendor,
    model: name.modelId,
  }
}
