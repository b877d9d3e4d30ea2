import type { JsonObject } from '../../../model/json.js'
import { mimeName } from '../../../model/media/mime-type.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceRequest } from '../../../model/provider/provider.js'
import { answerShape } from '../../kit/language/answer-shape.js'
import { buildPrompt, promptText } from '../../kit/language/build-prompt.js'
import type { PromptMessage } from '../../kit/language/prompt-message.js'
import type { BatchConfig } from '../batch-config.js'

/** The model's id; the vendor of an `ai` model may stand before it. */
export function modelOf({ model }: ProduceRequest): string {
  if (model !== undefined) return model.replace(/^openai\//, '')
  throw new ProviderError('invalid', 'Provider openai-batch needs a model, such as gpt-5-mini.')
}

/** The body of a job's request, the same in a batch and online. */
export async function requestBody(
  config: BatchConfig,
  request: ProduceRequest,
  context: ProduceContext,
): Promise<JsonObject> {
  const model = modelOf(request)
  if (config.task === 'embedding')
    return { model, input: await promptText(config, request, context), ...config.body }
  const shape = answerShape(request.outputs, config.schema)
  const { system, messages } = await buildPrompt(config, request, context)
  const { maxOutputTokens, temperature, topP, seed } = config
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      ...messages.map(chatMessage),
    ],
    ...(shape.type === 'json' && { response_format: responseFormat(shape) }),
    ...(maxOutputTokens !== undefined && { max_completion_tokens: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
    ...config.body,
  }
}

function responseFormat({ schema, isStrict }: { schema?: JsonObject; isStrict: boolean }): JsonObject {
  if (schema === undefined) return { type: 'json_object' }
  return { type: 'json_schema', json_schema: { name: 'answer', schema, strict: isStrict } }
}

function chatMessage({ role, parts }: PromptMessage): JsonObject {
  const [first, ...rest] = parts
  if (first?.type === 'text' && rest.length === 0) return { role, content: first.text }
  return { role, content: parts.map(contentPart) }
}

function contentPart(part: PromptMessage['parts'][number]): JsonObject {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const data = Buffer.from(part.bytes).toString('base64')
  const url = `data:${part.mimeType};base64,${data}`
  if (part.mimeType.startsWith('image/')) return { type: 'image_url', image_url: { url } }
  if (mimeName(part.mimeType) === 'application/pdf')
    return { type: 'file', file: { filename: 'document.pdf', file_data: url } }
  const format = { 'audio/wav': 'wav', 'audio/mpeg': 'mp3' }[mimeName(part.mimeType)]
  if (format !== undefined) return { type: 'input_audio', input_audio: { data, format } }
  throw new ProviderError('invalid', `Provider openai-batch: a chat takes no ${part.mimeType}.`)
}
