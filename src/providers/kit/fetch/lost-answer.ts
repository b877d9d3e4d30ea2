import { ProviderError } from '../../../model/provider/failure/provider-error.js'

/** What stands in front of a service, or between, says in a few words, whatever status it gives. */
const GATEWAY_WORDS =
  /^\W*(?:(?:error code|http(?:\/[\d.]+)?(?: error)?|error)?:? ?5\d\d\b|upstream\b|no healthy upstream|bad gateway|gateway time-?out|service (?:temporarily )?unavailable|internal server error|server error|too many requests|(?:request|connection) (?:timed? ?out|reset|refused))/i
const GATEWAY_CHARS = 500

/** XML that an API may have meant; any other text in angle brackets is a page. */
const XML = /^\s*<\?xml\b(?![^>]*\?>\s*<(?:!doctype html|html\b|error\b))/i

/**
 * Why a text that was to be JSON is not the answer of the service, but was lost on the way: nothing at all, the page of a
 * proxy, a portal or a load balancer, the beginning of JSON. Nobody knows whether the service has answered, or charged.
 * Undefined for a text that the service itself may have written.
 */
export function lostAnswer(text: string): ProviderError | undefined {
  const how = howLost(text.trim())
  if (how === undefined) return undefined
  return new ProviderError('network', `The answer was lost on the way: ${how}.`, {
    ...(text !== '' && { answer: text }),
  })
}

function howLost(text: string): string | undefined {
  if (text === '') return 'nothing came'
  if (text.startsWith('<')) return XML.test(text) ? undefined : 'a page came in its place'
  if (text.length <= GATEWAY_CHARS && GATEWAY_WORDS.test(text)) return 'a message came in its place'
  return isCut(text) ? `only its first ${text.length} characters came` : undefined
}

/** The brackets of an object or a list are not all closed at the end. */
function isCut(text: string): boolean {
  if (text[0] !== '{' && text[0] !== '[') return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      at = closingQuote(text, at)
      if (at === -1) return true
    } else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
  }
  return depth > 0
}

/** -1 where there is none. */
function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}
