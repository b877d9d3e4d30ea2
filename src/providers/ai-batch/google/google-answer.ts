import { countOf, countsOf } from '../../../model/provider/price.js'
import type { ProduceResult } from '../../../model/provider/provider.js'
import { answerEnd } from '../../kit/language/answer-end.js'
import { answerShape } from '../../kit/language/answer-shape.js'
import { readAnswer } from '../../kit/language/read-answer.js'
import { readPaid } from '../../kit/paid-answer.js'
import type { VendorCall } from '../batch-vendor.js'

/** Parts of a response with generated content. */
interface GeneratedBody {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string; readonly thought?: boolean }[] }
    readonly finishReason?: string
  }[]
  readonly promptFeedback?: { readonly blockReason?: string }
  readonly usageMetadata?: {
    readonly promptTokenCount?: number
    readonly candidatesTokenCount?: number
    readonly cachedContentTokenCount?: number
    readonly thoughtsTokenCount?: number
  }
}

/** What a job makes of generated content. */
export function googleAnswer(body: GeneratedBody, { config, request, context }: VendorCall): ProduceResult {
  const shape = answerShape(request.outputs, config.schema)
  const { content, finishReason } = body.candidates?.[0] ?? {}
  const blocked = body.promptFeedback?.blockReason
  const answer = {
    text: (content?.parts ?? []).map(({ text = '', thought }) => (thought === true ? '' : text)).join(''),
    end: blocked === undefined ? answerEnd(finishReason) : ('content-filter' as const),
    endWords: blocked ?? finishReason ?? 'none given',
  }
  const counts = body.usageMetadata
  const written = countOf(counts?.candidatesTokenCount)
  const thought = countOf(counts?.thoughtsTokenCount)
  const usage = countsOf({
    inputTokens: counts?.promptTokenCount,
    // Google counts thoughts apart from the answer, and charges both.
    outputTokens:
      written === undefined && thought === undefined ? undefined : (written ?? 0) + (thought ?? 0),
    cachedInputTokens: counts?.cachedContentTokenCount,
    reasoningTokens: thought,
  })
  return { outputs: readPaid({ usage }, () => readAnswer(answer, shape, context)), usage }
}
