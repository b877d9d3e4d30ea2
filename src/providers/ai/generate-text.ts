import type { JSONSchema7, LanguageModel, LanguageModelUsage, ModelMessage, OutputInterface } from 'ai'
import { isJsonObject, type JsonObject } from '../../model/json.js'
import { countsOf } from '../../model/provider/price.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { answerEnd, endAtLimit } from '../kit/language/answer-end.js'
import { type AnswerShape, answerShape } from '../kit/language/answer-shape.js'
import { buildPrompt } from '../kit/language/build-prompt.js'
import type { PromptMessage } from '../kit/language/prompt-message.js'
import { type Answer, readAnswer } from '../kit/language/read-answer.js'
import { readPaid } from '../kit/paid-answer.js'
import { type AiCall, callOptions, report } from './ai-call.js'

/** Texts, and JSON by a schema, from a language model. */
export async function generateText(call: AiCall): Promise<ProduceResult> {
  const { sdk, vendor, config, request, context } = call
  const shape = answerShape(request.outputs, config.schema)
  const { system, messages } = await buildPrompt(config, request, context)
  const model = vendor.model<LanguageModel>('languageModel', ...(config.api === 'chat' ? ['chat'] : []))
  const result = await sdk.generateText({
    ...callOptions(call),
    ...strictness(call, shape),
    model,
    messages: messages.map(modelMessage),
    ...(system !== undefined && { system }),
    // Major 7 leaves the body out unless it is asked for, and only the body says how some answers ended.
    experimental_include: { responseBody: true },
    ...(shape.type === 'json' && { output: rawJson(shape.schema) }),
    ...(config.maxOutputTokens !== undefined && { maxOutputTokens: config.maxOutputTokens }),
    ...(config.temperature !== undefined && { temperature: config.temperature }),
    ...(config.topP !== undefined && { topP: config.topP }),
    ...(config.topK !== undefined && { topK: config.topK }),
    ...(config.seed !== undefined && { seed: config.seed }),
    ...(config.stopSequences && { stopSequences: config.stopSequences }),
  })
  report(call, { warnings: result.warnings, responses: [result.response] })
  const usage = usageOf(result.usage)
  const said = answerOf(result)
  const answer = { ...said, end: endAtLimit(said.end, usage.outputTokens, config.maxOutputTokens) }
  return { outputs: readPaid({ usage }, () => readAnswer(answer, shape, context)), usage }
}

function modelMessage({ role, parts }: PromptMessage): ModelMessage {
  const content = parts.map(part =>
    part.type === 'text'
      ? { type: 'text' as const, text: part.text }
      : { type: 'file' as const, data: part.bytes, mediaType: part.mimeType },
  )
  return { role, content }
}

/** Asks for JSON and leaves the text as it is: what is read from it is the same for all services. */
function rawJson(schema: JsonObject | undefined): OutputInterface<string, string, never> {
  return {
    name: 'json',
    responseFormat: Promise.resolve({
      type: 'json',
      ...(schema && { schema: schema as JSONSchema7, name: 'answer' }),
    }),
    parseCompleteOutput: async ({ text }) => text,
    parsePartialOutput: async () => undefined,
    createElementStreamTransform: () => undefined,
  }
}

/** Services refuse a schema that cannot be held strictly, unless they are told. */
function strictness(
  { vendor, config }: AiCall,
  shape: AnswerShape,
): { providerOptions?: Record<string, JsonObject> } {
  if (shape.type !== 'json' || shape.schema === undefined || shape.isStrict) return {}
  const own = config.providerOptions?.[vendor.name]
  return {
    providerOptions: { ...config.providerOptions, [vendor.name]: { strictJsonSchema: false, ...own } },
  }
}

/** Parts of the body of a service's response that say how it ended; packages of vendors leave some of them out. */
interface RawBody {
  readonly object?: unknown
  readonly status?: unknown
  readonly choices?: readonly ({ readonly error?: unknown; readonly finish_reason?: unknown } | undefined)[]
}

interface EndedText {
  readonly text: string
  readonly finishReason: string
  readonly rawFinishReason: string | undefined
  readonly response: { readonly body?: unknown }
  readonly toolCalls: readonly unknown[]
}

function answerOf({ text, finishReason, rawFinishReason, response, toolCalls }: EndedText): Answer {
  const body = isJsonObject(response.body) ? (response.body as RawBody) : {}
  const fault = body.choices?.[0]?.error
  if (fault !== undefined && fault !== null) return { text, end: 'broken', endWords: JSON.stringify(fault) }
  // OpenAI's responses have a status, and no reason when they failed or were cancelled.
  const { status } = body
  if (body.object === 'response' && typeof status === 'string' && answerEnd(status) === 'broken') {
    if (finishReason === 'stop') return { text, end: 'broken', endWords: status }
  }
  const raw = answerEnd(rawFinishReason)
  const mapped = answerEnd(finishReason)
  // The SDK has a name for what a service does not say as well.
  const unsaid = mapped === 'unknown' ? 'unsaid' : mapped
  const end = raw === 'unknown' ? mapped : raw === 'unsaid' ? unsaid : raw
  return { text, end, endWords: rawFinishReason ?? finishReason, callsTool: toolCalls.length > 0 }
}

function usageOf({ inputTokens, outputTokens, inputTokenDetails, outputTokenDetails }: LanguageModelUsage) {
  const counts = {
    inputTokens,
    outputTokens,
    cachedInputTokens: inputTokenDetails.cacheReadTokens,
    reasoningTokens: outputTokenDetails.reasoningTokens,
  }
  return countsOf(counts)
}
