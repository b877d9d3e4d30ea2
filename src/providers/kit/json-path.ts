import { z } from 'zod'
import type { JsonValue } from '../../model/json.js'

/** A key, a position, or every element of a list. */
type Step = string | number | '*'
const EVERY = '*'
const STEP = /(?:^|\.)([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d{1,9})\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*)\]/uy

const parsed = new Map<string, readonly Step[]>()

/** A path into JSON: `data[0].url`, `images[*].url`, `meta["odd key"]`; `$` in front may be left out. */
export const jsonPathSchema = z
  .string()
  .refine(path => steps(path) !== undefined, 'is no path like data[0].url, images[*].url or meta["odd key"]')

/** What is at the path; a path with `[*]` gives a list. Undefined where there is nothing. */
export function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  const found = steps(path)
  return found === undefined ? undefined : follow(value, found)
}

function steps(path: string): readonly Step[] | undefined {
  const known = parsed.get(path)
  if (known !== undefined) return known
  const text = path.replace(/^\$\.?/, '')
  const found: Step[] = []
  let end = 0
  while (end < text.length) {
    STEP.lastIndex = end
    const match = STEP.exec(text)
    if (match === null) return undefined
    const [whole, name, position, quoted] = match
    if (position !== undefined) found.push(Number(position))
    else found.push(name ?? (quoted === undefined ? EVERY : (JSON.parse(`"${quoted}"`) as string)))
    end += whole.length
  }
  parsed.set(path, found)
  return found
}

function follow(value: JsonValue | undefined, path: readonly Step[]): JsonValue | undefined {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    if (step !== EVERY) return typeof step === 'number' ? follow(value[step], rest) : undefined
    return value.flatMap(item => follow(item, rest) ?? [])
  }
  return typeof step === 'string' && Object.hasOwn(value, step) ? follow(value[step], rest) : undefined
}
