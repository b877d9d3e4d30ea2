import type { JsonValue } from '../../model/json.js'
import { parseJson } from '../../model/parse-json.js'
import type { OutputValue, ProduceContext } from '../../model/provider.js'
import { ProviderError } from '../../model/provider-error.js'
import type { AnswerShape } from './answer-shape.js'
import { UnusableAnswerError } from './unusable-answer.js'

/** What a model answered, from any service. */
export interface Answer {
  readonly text: string
  /** Why it ended. */
  readonly finish: 'stop' | 'length' | 'content-filter' | 'other'
  /** Why the model refuses, in its words. */
  readonly refusal?: string
}

/**
 * The outputs in an answer.
 * @throws ProviderError `content` when the model or a filter refused, `too_large` for JSON that was cut
 * @throws UnusableAnswerError for nothing, for what is no JSON, and for JSON that does not fit the schema
 */
export function readAnswer(
  { text, finish, refusal }: Answer,
  shape: AnswerShape,
  context: ProduceContext,
): Record<string, OutputValue> {
  if (refusal !== undefined) throw new ProviderError('content', `The model refused: ${refusal}`)
  if (finish === 'content-filter') throw new ProviderError('content', 'A content filter ended the answer.')
  if (finish === 'length' && (shape.type === 'json' || text.trim() === '')) {
    throw new ProviderError(
      'too_large',
      `The answer was cut after ${text.length} characters, at the limit of tokens: raise config.maxOutputTokens, or ask for less.`,
    )
  }
  if (text.trim() === '') throw new UnusableAnswerError('The model answered nothing.')
  if (shape.type === 'text') {
    if (finish === 'length') context.log('warn', 'The answer was cut at the limit of tokens.')
    return { [shape.output]: text }
  }
  const value = parsed(text)
  const fault = shape.check(value)
  if (fault !== undefined) throw new UnusableAnswerError(`The answer does not fit the schema. ${fault}`)
  return shape.outputsOf(value)
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(withoutFence(text))
  } catch (cause) {
    throw new UnusableAnswerError(`The answer is not JSON: ${(cause as Error).message}`, { cause })
  }
}

/** Models without a JSON mode like to write Markdown. */
const withoutFence = (text: string): string =>
  /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text
