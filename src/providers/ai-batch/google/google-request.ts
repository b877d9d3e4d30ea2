import type { JsonObject } from '../../../model/json.js'
import { type AnswerShape, answerShape } from '../../kit/language/answer-shape.js'
import { buildPrompt } from '../../kit/language/build-prompt.js'
import type { PromptMessage } from '../../kit/language/prompt-message.js'
import type { VendorCall } from '../batch-vendor.js'

/** The body of a request to generate content. */
export async function googleRequest({ config, request, context }: VendorCall): Promise<JsonObject> {
  const shape = answerShape(request.outputs, config.schema)
  const { system, messages } = await buildPrompt(config, request, context)
  const { maxOutputTokens, temperature, topP, topK, seed, stopSequences } = config
  const { generationConfig, ...others } = config.body
  return {
    contents: messages.map(({ role, parts }) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: parts.map(contentPart),
    })),
    ...(system !== undefined && { systemInstruction: { parts: [{ text: system }] } }),
    generationConfig: {
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(topK !== undefined && { topK }),
      ...(seed !== undefined && { seed }),
      ...(stopSequences && { stopSequences }),
      ...jsonFormat(shape),
      ...(generationConfig as JsonObject | undefined),
    },
    ...others,
  }
}

function jsonFormat(shape: AnswerShape): JsonObject {
  if (shape.type !== 'json') return {}
  return {
    responseMimeType: 'application/json',
    ...(shape.schema !== undefined && { responseJsonSchema: shape.schema }),
  }
}

function contentPart(part: PromptMessage['parts'][number]): JsonObject {
  if (part.type === 'text') return { text: part.text }
  return { inlineData: { mimeType: part.mimeType, data: Buffer.from(part.bytes).toString('base64') } }
}
