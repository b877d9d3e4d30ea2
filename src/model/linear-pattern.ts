import { createRequire } from 'node:module'

/** A regular expression whose matching takes time in proportion to the text, whatever the two are. */
export interface LinearPattern {
  /** Whether the text has a part that matches. */
  test(text: string): boolean
}

type Re2 = typeof import('re2js')

let re2: Re2['RE2JS'] | undefined

/**
 * Compiles a pattern in JavaScript's syntax (flag `u`) with RE2's algorithm (Russ Cox, "Regular Expression
 * Matching Can Be Simple And Fast"): no pattern and no text can block the thread that decides for everybody.
 * Lookaround and backreferences, which have no such algorithm, are refused.
 *
 * @throws SyntaxError with a message for the author of the pattern
 */
export function linearPattern(source: string): LinearPattern {
  new RegExp(source, 'u')
  // Loading takes longer than the rest of a small plan, and few plans have patterns.
  re2 ??= (createRequire(import.meta.url)('re2js') as Re2).RE2JS
  try {
    return re2.compile(re2.translateRegExp(source))
  } catch (error) {
    throw new SyntaxError(
      `The pattern /${source}/ cannot be matched in linear time: ${(error as Error).message}. ` +
        'Lookaround, backreferences and repeat counts above 1,000 are not supported; combine several tests with all and any instead',
      { cause: error },
    )
  }
}

const SPECIAL = /[\\^$.|?+()[\]{}]/g

/** A pattern in which `*` stands for any text, and everything else for itself. */
export function globPattern(glob: string, optionalPrefix = ''): LinearPattern {
  const parts = glob.split(/\*+/).map(part => part.replace(SPECIAL, '\\$&'))
  return linearPattern(`^(${optionalPrefix.replace(SPECIAL, '\\$&')})?${parts.join('.*')}$`)
}
