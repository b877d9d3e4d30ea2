import { parseJson } from '../../../model/json/parse-json.js'
import type { JsonValue } from '../../../model/json.js'

/** Brackets in prose that are tried as the beginning of JSON. */
const BRACKET_LIMIT = 100

export type FoundJson =
  | { readonly state: 'found'; readonly value: JsonValue }
  | { readonly state: 'ambiguous'; readonly count: number }
  | { readonly state: 'none'; readonly reason: string }

/**
 * The JSON in a model's answer: the whole of it, what stands in a fence, or between brackets in prose. Commas before
 * a closing bracket and line ends within texts, which models like to write, are forgiven; what is cut is not
 * completed. Where there are several, the one that `fits` is meant.
 */
export function findJson(text: string, fits: (value: JsonValue) => boolean): FoundJson {
  const whole = parsed(text)
  if ('value' in whole) return { state: 'found', value: whole.value }
  for (const candidates of [fenced(text), outermostFence(text), bracketed(text)]) {
    const values = candidates.flatMap(candidate => {
      const result = parsed(candidate)
      return 'value' in result ? [result.value] : []
    })
    if (values.length === 0) continue
    const fitting = values.filter(fits)
    const distinct = new Map(
      (fitting.length > 0 ? fitting : values).map(value => [JSON.stringify(value), value]),
    )
    const [value] = distinct.values()
    return distinct.size === 1
      ? { state: 'found', value: value! }
      : { state: 'ambiguous', count: distinct.size }
  }
  return { state: 'none', reason: whole.reason }
}

function parsed(text: string): { value: JsonValue } | { reason: string } {
  try {
    return { value: parseJson(text) }
  } catch (error) {
    try {
      return { value: parseJson(forgiven(text)) }
    } catch {
      return { reason: (error as Error).message }
    }
  }
}

/** The language of a fence may stand in any case, and all of it on one line. */
const FENCE = /(```+|~~~+)[ \t]*(?:[a-z][\w+.-]*)?[ \t]*\r?\n?([\s\S]*?)(?:\1|$)/gi
const FENCE_BEGINNING = /(```+|~~~+)[ \t]*(?:[a-z][\w+.-]*)?[ \t]*\r?\n?/i

const fenced = (text: string): string[] => [...text.matchAll(FENCE)].map(([, , content]) => content!)

/** A text within the JSON may have fences of its own. */
function outermostFence(text: string): string[] {
  const beginning = FENCE_BEGINNING.exec(text)
  if (beginning === null) return []
  const [whole, fence] = beginning as unknown as [string, string]
  const start = beginning.index + whole.length
  const end = text.lastIndexOf(fence)
  return end < start ? [] : [text.slice(start, end)]
}

/** What stands between brackets: the objects, or the lists where there is no object or one is longer than all of them. */
function bracketed(text: string): string[] {
  const found: string[] = []
  const opening = /[{[]/g
  for (let count = 0; count < BRACKET_LIMIT; count++) {
    const start = opening.exec(text)?.index
    if (start === undefined) break
    const end = closingOf(text, start)
    if (end === undefined || !('value' in parsed(text.slice(start, end)))) continue
    found.push(text.slice(start, end))
    opening.lastIndex = end
  }
  // "[1]" may be a note.
  const longest = found.reduce((most, each) => (each.length > most.length ? each : most), '')
  return found.filter(each => each[0] === longest[0])
}

/** The position after the bracket that closes the one at `start`. */
function closingOf(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      at = endOfText(text, at)
    } else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return undefined
}

/** The position of the quote that closes the one at `start`. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function forgiven(text: string): string {
  let clean = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') {
      const end = endOfText(text, at)
      clean += text.slice(at, end + 1).replace(/[\n\r\t]/g, control => ESCAPES[control]!)
      at = end
    } else if (character !== ',' || !/^\s*[}\]]/.test(text.slice(at + 1, at + 100))) clean += character
  }
  return clean
}

/** The content of an answer that is one fence as a whole. */
export const wholeFence = (text: string): string | undefined =>
  /^\s*(```+|~~~+)[ \t]*(?:[a-z][\w+.-]*)?[ \t]*\r?\n((?:(?!\1)[\s\S])*?)\r?\n[ \t]*\1\s*$/i.exec(text)?.[2]
