import type { JsonObject } from '../../../model/json.js'
import { mimeName } from '../../../model/media/mime-type.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { type AnswerShape, answerShape } from '../../kit/language/answer-shape.js'
import { buildPrompt } from '../../kit/language/build-prompt.js'
import type { PromptMessage } from '../../kit/language/prompt-message.js'
import type { VendorCall } from '../batch-vendor.js'
import { anthropicSchema } from './anthropic-schema.js'

/** The API wants a limit; only what is written is paid. */
const ANTHROPIC_MAX_TOKENS = 8_192

/** The body of a message request. */
export async function anthropicRequest({
  config,
  modelId,
  request,
  context,
}: VendorCall): Promise<JsonObject> {
  const shape = answerShape(request.outputs, config.schema)
  const { system, messages } = await buildPrompt(config, request, context)
  const { maxOutputTokens = ANTHROPIC_MAX_TOKENS, temperature, topP, topK, stopSequences } = config
  const rules = [system, jsonRule(shape)].filter(rule => rule !== undefined)
  return {
    model: modelId,
    max_tokens: maxOutputTokens,
    messages: messages.map(({ role, parts }) => ({ role, content: parts.map(contentBlock) })),
    ...(rules.length > 0 && { system: rules.join('\n\n') }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(stopSequences && { stop_sequences: stopSequences }),
    ...outputFormat(shape),
    ...config.body,
  }
}

const isHeld = (shape: AnswerShape): boolean =>
  shape.type === 'json' && shape.schema !== undefined && shape.isStrict

function outputFormat(shape: AnswerShape): JsonObject {
  if (shape.type !== 'json' || shape.schema === undefined || !isHeld(shape)) return {}
  return { output_config: { format: { type: 'json_schema', schema: anthropicSchema(shape.schema) } } }
}

/** Asks for JSON in words, where the API cannot promise it. */
function jsonRule(shape: AnswerShape): string | undefined {
  if (shape.type !== 'json' || isHeld(shape)) return undefined
  const schema = shape.schema === undefined ? '' : ` of this JSON Schema: ${JSON.stringify(shape.schema)}`
  return `Answer with one JSON value${schema}. Write nothing before or after it.`
}

function contentBlock(part: PromptMessage['parts'][number]): JsonObject {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const type = mimeName(part.mimeType)
  const source = { type: 'base64', media_type: type, data: Buffer.from(part.bytes).toString('base64') }
  if (type.startsWith('image/')) return { type: 'image', source }
  if (type === 'application/pdf') return { type: 'document', source }
  throw new ProviderError('invalid', `Provider ai-batch: Anthropic's messages take no ${part.mimeType}.`)
}
