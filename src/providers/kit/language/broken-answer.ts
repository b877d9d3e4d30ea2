import { isJsonObject, type JsonValue } from '../../../model/json.js'
import { answerEnd } from './answer-end.js'

/** Where the APIs of language models put their answers, and what they call the reason of an end. */
const LISTS = ['choices', 'candidates']
const REASONS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason']

/**
 * How an answer in the form of a language model's API broke off, in the words of the service; undefined for one that
 * did not, and for JSON of any other form.
 */
export function brokenAnswer(answer: JsonValue): string | undefined {
  if (!isJsonObject(answer)) return undefined
  const listed = LISTS.flatMap(name => (Array.isArray(answer[name]) ? answer[name] : []))
  for (const part of listed.length > 0 ? listed : [answer]) {
    if (!isJsonObject(part)) continue
    const reason = REASONS.map(name => part[name]).find(value => typeof value === 'string')
    if (reason !== undefined && answerEnd(reason) === 'broken') return String(reason)
    if (listed.length > 0 && isJsonObject(part.error)) return JSON.stringify(part.error)
  }
  return undefined
}
