import type { JsonValue } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { OutputValue, ProduceContext } from '../../../model/provider/provider.js'
import type { AnswerEnd } from './answer-end.js'
import type { AnswerShape } from './answer-shape.js'
import { findJson, wholeFence } from './find-json.js'
import { UnusableAnswerError } from './unusable-answer.js'
import { withoutReasoning } from './without-reasoning.js'

/** What a model answered, from any service. */
export interface Answer {
  readonly text: string
  /** Why it ended. */
  readonly end: AnswerEnd
  /** The end in the service's words, where it is no good one. */
  readonly endWords?: string
  /** Why the model refuses, in its words. */
  readonly refusal?: string
  /** It asks for a tool to be called, though no request offers one. */
  readonly callsTool?: boolean
}

/**
 * The outputs in an answer. Every error has the answer with it.
 * @throws ProviderError `content` when the model or a filter refused, `too_large` for JSON that was cut
 * @throws UnusableAnswerError for a part of an answer, for nothing, for what is no JSON, and for JSON that does not
 *   fit the schema
 */
export function readAnswer(
  answer: Answer,
  shape: AnswerShape,
  context: ProduceContext,
): Record<string, OutputValue> {
  checkEnd(answer, shape)
  const text = withoutReasoning(answer.text)
  if (text.trim() === '') {
    const what = answer.text.trim() === '' ? 'nothing' : 'nothing but its reasoning'
    throw new UnusableAnswerError(`The model answered ${what}.`, { answer: answer.text })
  }
  if (shape.type === 'text') {
    if (answer.end === 'length') context.log('warn', 'The answer was cut at the limit of tokens.')
    return { [shape.output]: (shape.isDocument ? wholeFence(text) : undefined) ?? text }
  }
  return shape.outputsOf(jsonIn(text, shape, answer))
}

function checkEnd({ text, end, endWords, refusal, callsTool }: Answer, shape: AnswerShape): void {
  const options = { answer: text }
  if (refusal !== undefined) throw new ProviderError('content', `The model refused: ${refusal}`, options)
  switch (end) {
    case 'stop':
      return
    case 'length':
      if (shape.type === 'text' && text.trim() !== '') return
      throw new ProviderError(
        'too_large',
        `The answer was cut after ${text.length} characters, at the limit of tokens: raise config.maxOutputTokens, or ask for less.`,
        options,
      )
    case 'content-filter':
      throw new ProviderError('content', 'A content filter ended the answer.', options)
    case 'broken':
      throw new UnusableAnswerError(
        `The answer broke off after ${text.length} characters (${endWords ?? 'error'}).`,
        { ...options, isOfService: true },
      )
    case 'tool':
      if (text.trim() !== '' && callsTool !== true) return
      throw new UnusableAnswerError('The model called a tool, which it does not have.', options)
    case 'unsaid':
      // A whole response says no less by leaving this out; one without a text is none.
      if (text.trim() !== '') return
      throw new UnusableAnswerError('The service answered nothing, and does not say why.', {
        ...options,
        isOfService: true,
      })
    case 'unknown':
      // JSON that is closed is whole; whether it fits is seen next.
      if (shape.type === 'json' && /[}\]]\s*(?:```+|~~~+)?\s*$/.test(text)) return
      throw new UnusableAnswerError(
        `The answer ended for an unknown reason (${endWords ?? 'none given'}), so it may be a part.`,
        options,
      )
  }
}

function jsonIn(
  text: string,
  shape: Extract<AnswerShape, { type: 'json' }>,
  { text: answer }: Answer,
): JsonValue {
  const found = findJson(text, value => shape.check(shape.normal(value)) === undefined)
  switch (found.state) {
    case 'none':
      throw new UnusableAnswerError(`The answer is not JSON: ${found.reason}`, { answer })
    case 'ambiguous':
      throw new UnusableAnswerError(
        `The answer has ${found.count} different pieces of JSON, and none is clearly meant.`,
        { answer },
      )
    case 'found': {
      const value = shape.normal(found.value)
      const fault = shape.check(value)
      if (fault === undefined) return value
      throw new UnusableAnswerError(`The answer does not fit the schema. ${fault}`, { answer })
    }
  }
}
