import { countOf, countsOf } from '../../../model/provider/price.js'
import type { ProduceResult } from '../../../model/provider/provider.js'
import { answerEnd } from '../../kit/language/answer-end.js'
import { answerShape } from '../../kit/language/answer-shape.js'
import { readAnswer } from '../../kit/language/read-answer.js'
import { readPaid } from '../../kit/paid-answer.js'
import type { VendorCall } from '../batch-vendor.js'

/** Parts of a message. */
interface MessageBody {
  readonly content?: readonly { readonly type: string; readonly text?: string }[]
  readonly stop_reason?: string | null
  readonly usage?: {
    readonly input_tokens?: number
    readonly output_tokens?: number
    readonly cache_creation_input_tokens?: number | null
    readonly cache_read_input_tokens?: number | null
    readonly output_tokens_details?: { readonly thinking_tokens?: number } | null
  }
}

/** What a job makes of a message. */
export function anthropicAnswer(body: MessageBody, { config, request, context }: VendorCall): ProduceResult {
  const shape = answerShape(request.outputs, config.schema)
  const { content = [], stop_reason: reason, usage: counts } = body
  const answer = {
    text: content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join(''),
    end: answerEnd(reason),
    endWords: String(reason ?? 'none given'),
    callsTool: content.some(({ type }) => type === 'tool_use'),
  }
  const cached = countOf(counts?.cache_read_input_tokens)
  const fresh = countOf(counts?.input_tokens)
  const usage = countsOf({
    // Anthropic counts what comes from its cache, or goes there, apart from the rest.
    inputTokens:
      fresh === undefined
        ? undefined
        : fresh + (countOf(counts?.cache_creation_input_tokens) ?? 0) + (cached ?? 0),
    outputTokens: counts?.output_tokens,
    cachedInputTokens: cached,
    reasoningTokens: counts?.output_tokens_details?.thinking_tokens,
  })
  return { outputs: readPaid({ usage }, () => readAnswer(answer, shape, context)), usage }
}
