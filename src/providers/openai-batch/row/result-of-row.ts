import type { JsonObject } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { countOf, countsOf } from '../../../model/provider/price.js'
import type { ProduceContext, ProduceRequest, ProduceResult } from '../../../model/provider/provider.js'
import { answerEnd, endAtLimit } from '../../kit/language/answer-end.js'
import { answerShape } from '../../kit/language/answer-shape.js'
import { type Answer, readAnswer } from '../../kit/language/read-answer.js'
import { readPaid } from '../../kit/paid-answer.js'
import type { BatchConfig } from '../batch-config.js'

/** Parts of the body of a chat completion, or of embeddings. */
interface AnswerBody {
  readonly choices?: readonly {
    readonly finish_reason?: string | null
    readonly error?: unknown
    readonly message?: {
      /** A text; some servers give its parts. */
      readonly content?: string | readonly { readonly text?: unknown }[] | null
      readonly refusal?: string | null
      readonly tool_calls?: readonly unknown[] | null
    }
  }[]
  readonly data?: readonly { readonly embedding: number[] }[]
  readonly usage?: {
    readonly prompt_tokens?: number
    readonly completion_tokens?: number
    readonly prompt_tokens_details?: { readonly cached_tokens?: number }
    readonly completion_tokens_details?: { readonly reasoning_tokens?: number }
  }
}

/** What a job makes of the body of its answer. */
export function resultOfRow(
  body: AnswerBody,
  config: BatchConfig,
  request: ProduceRequest,
  context: ProduceContext,
): ProduceResult {
  const usage = usageOf(body)
  return { outputs: readPaid({ usage }, () => outputsOf(body, config, request, context)), usage }
}

function outputsOf(
  body: AnswerBody,
  config: BatchConfig,
  request: ProduceRequest,
  context: ProduceContext,
): ProduceResult['outputs'] {
  if (config.task === 'embedding') {
    const [name] = Object.keys(request.outputs)
    const embedding = body.data?.[0]?.embedding
    if (embedding === undefined) throw new ProviderError('overloaded', 'The answer has no embedding.')
    return { [name!]: embedding }
  }
  const shape = answerShape(request.outputs, config.schema)
  const answer = answerOf(body)
  const end = endAtLimit(answer.end, countOf(body.usage?.completion_tokens), config.maxOutputTokens)
  return readAnswer({ ...answer, end }, shape, context)
}

function answerOf({ choices }: AnswerBody): Answer {
  const { message, finish_reason: reason, error } = choices?.[0] ?? {}
  const refusal = message?.refusal
  const isBroken = error !== undefined && error !== null
  return {
    text: textOf(message?.content),
    end: isBroken ? 'broken' : answerEnd(reason),
    endWords: isBroken ? JSON.stringify(error) : String(reason ?? 'none given'),
    ...(typeof refusal === 'string' && { refusal }),
    callsTool: (message?.tool_calls ?? []).length > 0,
  }
}

function textOf(content: string | readonly { readonly text?: unknown }[] | null | undefined): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : ''
  return content.map(part => (typeof part?.text === 'string' ? part.text : '')).join('')
}

function usageOf({ usage }: AnswerBody): JsonObject {
  return countsOf({
    inputTokens: usage?.prompt_tokens,
    outputTokens: usage?.completion_tokens,
    cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens,
  })
}
