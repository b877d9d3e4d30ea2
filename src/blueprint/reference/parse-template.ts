import { MISTAKE_LIMIT } from '../../diagnostics/mistake.js'
import { parseReference } from './parse-reference.js'
import type { ReferenceFault } from './reference-cursor.js'
import type { ReferenceSyntax } from './reference-syntax.js'

interface TemplateFault extends ReferenceFault {
  /** Of the `${`, in the text. */
  readonly offset: number
}

interface ReferenceAt {
  readonly reference: ReferenceSyntax
  /** Of the `${`, in the text. */
  readonly offset: number
}

export interface ParsedTemplate {
  /** Text (with its escapes taken out) and references, in order; no two texts side by side, none empty. */
  readonly parts: readonly (string | ReferenceAt)[]
  readonly faults: readonly TemplateFault[]
}

/**
 * Splits a text at its references. Before a `{`, `$$` stands for one `$`: `$${x}` is the text `${x}`, and
 * `$$${x}` a dollar sign followed by the value of x.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: (string | ReferenceAt)[] = []
  const faults: TemplateFault[] = []
  let literal = ''
  let at = 0
  while (faults.length < MISTAKE_LIMIT) {
    const brace = text.indexOf('{', at)
    if (brace === -1) break
    const dollars = dollarsBefore(text, brace, at)
    literal += text.slice(at, brace - dollars) + '$'.repeat(dollars >> 1)
    at = brace
    if (dollars % 2 === 0) {
      literal += '{'
      at += 1
      continue
    }
    const offset = brace - 1
    const parsed = parseReference(text, offset)
    at = parsed.end
    if ('fault' in parsed) {
      faults.push({ ...parsed.fault, offset })
      continue
    }
    if (literal !== '') parts.push(literal)
    literal = ''
    parts.push({ reference: parsed.reference, offset })
  }
  literal += text.slice(at)
  if (literal !== '') parts.push(literal)
  return { parts, faults }
}

function dollarsBefore(text: string, brace: number, from: number): number {
  let first = brace
  while (first > from && text[first - 1] === '$') first--
  return brace - first
}

/** True when a text that must be plain has a `${…}` in it. */
export function hasReference(text: string): boolean {
  const { parts, faults } = parseTemplate(text)
  return faults.length > 0 || parts.some(part => typeof part !== 'string')
}
