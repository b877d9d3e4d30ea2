import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { shortened } from '../../model/text/shown-value.js'
import { NAME_LIMIT_CHARS } from '../blueprint-limits.js'
import { LOWER_NAME, UPPER_NAME, WITH_NAME } from '../blueprint-schema.js'

const KINDS = {
  input: { pattern: LOWER_NAME, start: 'a small letter' },
  loop: { pattern: LOWER_NAME, start: 'a small letter' },
  producer: { pattern: UPPER_NAME, start: 'a capital letter' },
  output: { pattern: UPPER_NAME, start: 'a capital letter' },
  with: { pattern: WITH_NAME, start: 'a letter' },
} as const

/** `${inputs.x}` and `${index.page}` start with these. */
const RESERVED_LOOPS: readonly string[] = ['inputs', 'index']

/** Reports a name that cannot be used, at its key. */
export function checkName(book: MistakeBook, kind: keyof typeof KINDS, path: Path): void {
  const name = String(path.at(-1))
  const { pattern, start } = KINDS[kind]
  if (kind === 'loop' && RESERVED_LOOPS.includes(name))
    book.add(
      path,
      `A loop may not be called "${name}": \${${name}.…} means something else.`,
      undefined,
      'key',
    )
  if (pattern.test(name)) return
  const repaired = repair(name, start === 'a capital letter')
  book.add(
    path,
    `"${shortened(name)}" is not a name for ${kind === 'with' ? 'a value' : `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`}: it starts with ${start}; letters, digits and _ follow, in all at most ${NAME_LIMIT_CHARS}.`,
    pattern.test(repaired) ? repaired : undefined,
    'key',
  )
}

function repair(name: string, isUpper: boolean): string {
  const bare = name
    .slice(0, NAME_LIMIT_CHARS * 2)
    .replace(/[^A-Za-z0-9_]+(.?)/g, (_, next: string) => next.toUpperCase())
  const first = bare.charAt(0)
  return (isUpper ? first.toUpperCase() : first.toLowerCase()) + bare.slice(1)
}
