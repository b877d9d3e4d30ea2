import type { z } from 'zod'

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** The kind of a value, in the same words: `text`, `a list`. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return KINDS.array!
  return KINDS[typeof value] ?? typeof value
}

/** What a schema expected where a value does not fit: a clause without its full stop. */
export function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${KINDS[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `Expected ${issue.values.join(', ')}`
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'It must not be empty'
        : `Expected at least ${issue.minimum}`
    case 'too_big':
      return `Expected at most ${issue.maximum}`
    default:
      return issue.message
  }
}
