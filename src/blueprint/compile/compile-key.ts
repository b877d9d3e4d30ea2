import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { JsonValue } from '../../model/json.js'
import { shown } from '../../model/text/shown-value.js'
import type { ElementReference, KeyTemplate } from '../blueprint.js'
import type { ReferenceSyntax } from '../reference/reference-syntax.js'

interface ParsedKey {
  readonly parts: readonly (string | { readonly reference: ReferenceSyntax; readonly offset: number })[]
  readonly faults: readonly {
    readonly message: string
    readonly suggestion?: string
    readonly offset: number
  }[]
}

/** The `key` of a loop: a text with parts of the loop's own element. `undefined` after a mistake. */
export function compileKey(
  book: MistakeBook,
  loop: string,
  value: JsonValue,
  { parts, faults }: ParsedKey,
): KeyTemplate | undefined {
  const path = ['loops', loop, 'key']
  if (typeof value !== 'string') {
    book.add(path, `Expected a text such as "\${${loop}.id}", got ${shown(value)}.`)
    return undefined
  }
  for (const fault of faults) book.add(path, fault.message, fault.suggestion, fault.offset)
  if (faults.length > 0) return undefined
  const key: (string | ElementReference)[] = []
  let isRight = true
  for (const part of parts) {
    if (typeof part === 'string') {
      key.push(part)
      continue
    }
    const { reference, offset } = part
    const mistake = mistakeOf(loop, reference)
    if (mistake !== undefined) book.add(path, mistake, undefined, offset)
    if (mistake === undefined && reference.type === 'element') key.push(reference)
    else isRight = false
  }
  if (!isRight) return undefined
  if (key.some(part => typeof part !== 'string')) return key
  book.add(
    path,
    `The key is the same for every ${loop}: put a part of the element into it, such as "\${${loop}.id}".`,
  )
  return undefined
}

function mistakeOf(loop: string, reference: ReferenceSyntax): string | undefined {
  if (reference.type === 'index')
    return `${reference.source} is a position, and a key stays when positions change: use a part of the element, such as \${${loop}.id}.`
  if (reference.type !== 'element' || reference.loop !== loop)
    return `A key is made of parts of its own element, such as \${${loop}.id}; ${reference.source} is none.`
  return reference.isOptional ? 'Every element needs its key: take the "?" away.' : undefined
}
