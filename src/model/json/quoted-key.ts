/** A key in brackets, as paths of references and of configs have it: `["odd key"]`, `['odd key']`. */
export const QUOTED_KEY = /"(?:[^"\\]|\\.)*"|'[^']*'/
/** A position has at most this many digits: enough for the largest plan. */
export const POSITION_DIGITS = 9

/** The key that a {@link QUOTED_KEY} stands for; undefined where it is not a JSON string. */
export function unquotedKey(quoted: string): string | undefined {
  if (quoted.startsWith("'")) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string
  } catch {
    return undefined
  }
}
