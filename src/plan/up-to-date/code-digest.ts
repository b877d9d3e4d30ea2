import { CODE_DIGEST } from './content-hash.js'
import type { ResolvedTarget } from './resolved-job.js'

/**
 * Code that nothing was known of, then or now, counts as the same, and so does code that has been given a name since:
 * what is there was paid for.
 * @param before reads the digests of a result, as far as they are known
 */
export function isSameCode(before: () => unknown, { code }: Pick<ResolvedTarget, 'code'>): boolean {
  const known = code === undefined ? undefined : before()
  if (code === undefined || typeof known !== 'string') return true
  const then = codeIn(known)
  return then === undefined || then === code || (code.startsWith('v') && !then.startsWith('v'))
}

function codeIn(digests: string): string | undefined {
  const start = digests.indexOf(` ${CODE_DIGEST}:`)
  if (start === -1) return undefined
  const from = start + CODE_DIGEST.length + 2
  const end = digests.indexOf(' ', from)
  return digests.slice(from, end === -1 ? undefined : end)
}
