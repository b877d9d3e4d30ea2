import { z } from 'zod'
import { POSITION_DIGITS, QUOTED_KEY, unquotedKey } from '../../model/json/quoted-key.js'
import { type JsonPath, type JsonValue, valueAt } from '../../model/json.js'

const STEP = new RegExp(
  `(?:^|\\.)(?<name>[\\p{L}_$][\\p{L}\\p{M}\\p{N}_$-]*)|\\[(?<position>\\d{1,${POSITION_DIGITS}})\\]|\\[(?<quoted>${QUOTED_KEY.source})\\]|(?<every>\\[\\*\\])`,
  'uy',
)

/** The parts of a path between its `[*]`. */
type Parts = readonly JsonPath[]

const parsed = new Map<string, Parts>()

/**
 * A path into an answer: `data[0].url`, `images[*].url`, `meta["odd key"]`. The steps of references, and `[*]` for
 * every element of a list; `$` in front may be left out.
 */
export const jsonPathSchema = z
  .string()
  .refine(
    path => partsOf(path) !== undefined,
    'is no path like data[0].url, images[*].url or meta["odd key"]',
  )

/** What is at the path; a path with `[*]` gives a list. Undefined where there is nothing. */
export function answerAt(answer: JsonValue | undefined, path: string): JsonValue | undefined {
  const parts = partsOf(path)
  return parts === undefined ? undefined : follow(answer, parts, 0)
}

function partsOf(path: string): Parts | undefined {
  const known = parsed.get(path)
  if (known !== undefined) return known
  const text = path.replace(/^\$\.?/, '')
  const parts: (string | number)[][] = [[]]
  for (let end = 0; end < text.length; end = STEP.lastIndex) {
    STEP.lastIndex = end
    const { name, position, quoted, every } = STEP.exec(text)?.groups ?? {}
    const step = position === undefined ? (name ?? (quoted && unquotedKey(quoted))) : Number(position)
    if (every !== undefined) parts.push([])
    else if (step !== undefined) parts.at(-1)!.push(step)
    else return undefined
  }
  parsed.set(path, parts)
  return parts
}

function follow(value: JsonValue | undefined, parts: Parts, at: number): JsonValue | undefined {
  const found = valueAt(value, parts[at]!)
  if (at === parts.length - 1) return found
  return Array.isArray(found) ? found.flatMap(item => follow(item, parts, at + 1) ?? []) : undefined
}
