import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import { answerEnd } from './answer-end.js'

/** Where the APIs of language models put their answers, and what they call the reason of an end. */
const LISTS = ['choices', 'candidates']
const REASONS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason']

/** How an answer ended that is no result, in the words of the service. */
export interface BadEnd {
  readonly how: string
  /** By a filter, and not in the middle. */
  readonly isFiltered: boolean
}

/**
 * How an answer in the form of a language model's API broke off, or was ended by a filter; undefined for one that was
 * not, and for JSON of any other form.
 */
export function badEnd(answer: JsonValue): BadEnd | undefined {
  if (!isJsonObject(answer)) return undefined
  const listed = LISTS.flatMap(name => (Array.isArray(answer[name]) ? answer[name] : []))
  const parts = listed.length > 0 ? listed : [answer]
  const ends = parts.flatMap(part => (isJsonObject(part) ? endOf(part, part !== answer) : []))
  const isFilteredWhole = ends.length === parts.length && ends.every(({ isFiltered }) => isFiltered)
  return isFilteredWhole ? ends[0] : ends.find(({ isFiltered }) => !isFiltered)
}

function endOf(part: JsonObject, isListed: boolean): BadEnd[] {
  const reason = REASONS.map(name => part[name]).find(value => typeof value === 'string')
  const end = answerEnd(reason)
  if (end === 'broken' || end === 'content-filter')
    return [{ how: String(reason), isFiltered: end === 'content-filter' }]
  return isListed && isJsonObject(part.error) ? [{ how: JSON.stringify(part.error), isFiltered: false }] : []
}
