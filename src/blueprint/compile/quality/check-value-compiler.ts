import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { Path } from '../../../diagnostics/place.js'
import type { CheckPart, CheckValue } from '../../../model/check/check-spec.js'
import type { JsonValue } from '../../../model/json.js'
import { hasReference, parseTemplate } from '../../reference/parse-template.js'
import type { ReferenceSyntax } from '../../reference/reference-syntax.js'

/** What a check can see. */
export interface CheckedNames {
  /** Types of the producer's outputs, by name. */
  readonly outputs: ReadonlyMap<string, string | undefined>
  /** Names under `with`. */
  readonly inputs: readonly string[]
}

/** Compiles what a condition of a check compares: `${outputs.Text}`, `${with.name}`, and texts with them. */
export function checkValueCompiler(
  book: MistakeBook,
  names: CheckedNames,
): (value: JsonValue, path: Path) => CheckValue {
  return (value, path) => {
    if (typeof value !== 'string') {
      refuseInside(book, value, path)
      return { type: 'literal', value }
    }
    const { parts, faults } = parseTemplate(value)
    for (const { message, suggestion, offset } of faults) book.add(path, message, suggestion, offset)
    const compiled = parts.flatMap((part): readonly (string | CheckPart)[] => {
      if (typeof part === 'string') return [part]
      const checked = checkedPart(book, part.reference, path, part.offset, names)
      return checked ? [checked] : []
    })
    const [only = ''] = compiled
    if (compiled.length > 1) return { type: 'text', parts: compiled }
    return typeof only === 'string' ? { type: 'literal', value: only } : only
  }
}

function checkedPart(
  book: MistakeBook,
  reference: ReferenceSyntax,
  path: Path,
  offset: number,
  { outputs, inputs }: CheckedNames,
): CheckPart | undefined {
  const { source } = reference
  if (reference.type !== 'element' || (reference.loop !== 'outputs' && reference.loop !== 'with')) {
    const [output = 'Text'] = outputs.keys()
    const advice = `What else it compares with goes to "with" first: \${with.name}.`
    book.add(
      path,
      `A check sees the answer, as \${outputs.${output}}, and not ${source}. ${advice}`,
      undefined,
      offset,
    )
    return undefined
  }
  const { loop, path: inside } = reference
  const [name] = inside
  const known = loop === 'outputs' ? [...outputs.keys()] : inputs
  if (name === undefined) {
    book.add(path, `${source} needs a name, such as \${${loop}.${known[0] ?? 'name'}}.`, undefined, offset)
    return undefined
  }
  if (!known.includes(String(name))) {
    book.addUnknown(path, loop === 'outputs' ? 'output' : 'with name', String(name), known, offset)
    return undefined
  }
  return { type: 'part', of: loop, path: inside, source }
}

function refuseInside(book: MistakeBook, value: JsonValue, path: Path): void {
  if (typeof value === 'string' && hasReference(value))
    book.add(
      path,
      'A check compares with one ${…}, or with a text that has some, and not with a list of them.',
    )
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) refuseInside(book, item as JsonValue, [...path, key])
}
