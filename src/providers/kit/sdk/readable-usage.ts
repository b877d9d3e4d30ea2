import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.js'
import { countOf } from '../../../model/provider/price.js'

/** Stands for a count that a service did not give and the SDK does not do without; no sum with real ones is a count. */
const UNKNOWN = -(2 ** 52)

/** Larger answers are lists of numbers, which take long to read twice; services of those count well. */
const LIMIT_CHARS = 1024 * 1024

/**
 * The JSON of an answer with counts in its usage that the AI SDK can read. It refuses a whole answer, which has been paid
 * for, because of a count that is a text or missing, and takes null for 0.
 */
export function readableUsage(text: string): string {
  if (text.length > LIMIT_CHARS) return text
  let answer: JsonValue
  try {
    answer = JSON.parse(text) as JsonValue
  } catch {
    return text
  }
  if (!isJsonObject(answer)) return text
  const needed = neededCounts(answer)
  const name = 'usageMetadata' in answer ? 'usageMetadata' : 'usage'
  const given = answer[name]
  const isMissing = given === undefined || given === null
  // Without any usage the SDK says that nothing was counted, but for messages.
  if (isMissing && !isMessage(answer)) return text
  const usage = isJsonObject(given) ? readable(given) : {}
  for (const key of needed) usage[key] ??= UNKNOWN
  return JSON.stringify(usage) === JSON.stringify(given) ? text : JSON.stringify({ ...answer, [name]: usage })
}

/** Anthropic's. */
const isMessage = ({ type }: JsonObject): boolean => type === 'message'

function neededCounts(answer: JsonObject): string[] {
  if (Array.isArray(answer.choices)) return ['prompt_tokens', 'completion_tokens']
  if (isMessage(answer) || Array.isArray(answer.output)) return ['input_tokens', 'output_tokens']
  return Array.isArray(answer.data) ? ['prompt_tokens'] : []
}

/** Without what is no count, in the parts of it as well. */
function readable(usage: JsonObject): Record<string, JsonValue> {
  const entries = Object.entries(usage).flatMap(([name, value]): [string, JsonValue][] => {
    if (/details?$/i.test(name)) return isJsonObject(value) ? [[name, readable(value)]] : []
    if (!/token/i.test(name)) return [[name, isJsonObject(value) ? readable(value) : value]]
    const count = countOf(value)
    return count === undefined ? [] : [[name, count]]
  })
  return Object.fromEntries(entries)
}
