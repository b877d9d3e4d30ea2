import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import type { SettingChange } from './plan-comparison.js'

const SHOWN_CHARS = 120

/** What two definitions of a producer say differently, leaf by leaf. */
export function definitionChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): SettingChange[] {
  const then = leavesOf(before)
  const now = leavesOf(after)
  return [...new Set([...then.keys(), ...now.keys()])].sort().flatMap(setting => {
    const [old, current] = [then.get(setting), now.get(setting)]
    return old === current ? [] : [settingChange(setting, old, current)]
  })
}

/** Two values of one setting, with what they have in common left out where they are long. */
export function settingChange(
  setting: string,
  before: string | undefined,
  after: string | undefined,
): SettingChange {
  const start = before === undefined || after === undefined ? 0 : commonStart(before, after)
  return {
    setting,
    ...(before !== undefined && { before: shortened(before, start) }),
    ...(after !== undefined && { after: shortened(after, start) }),
  }
}

/** A text is shown as it is, everything else as JSON. */
export const shownSetting = (value: JsonValue): string =>
  typeof value === 'string' ? value : canonicalJson(value)

function leavesOf(value: JsonValue | undefined): Map<string, string> {
  const leaves = new Map<string, string>()
  const visit = (path: string, found: JsonValue) => {
    if (isJsonObject(found) && Object.keys(found).length > 0)
      for (const [name, child] of Object.entries(found as JsonObject))
        visit(path === '' ? name : `${path}.${name}`, child!)
    else leaves.set(path, shownSetting(found))
  }
  if (value !== undefined) visit('', value)
  return leaves
}

/** Some characters before the first that differs, for a person to see where it is. */
const CONTEXT_CHARS = 20

function commonStart(before: string, after: string): number {
  let at = 0
  while (at < before.length && before[at] === after[at]) at++
  const isShort = before.length <= SHOWN_CHARS && after.length <= SHOWN_CHARS
  return isShort ? 0 : Math.max(0, at - CONTEXT_CHARS)
}

function shortened(text: string, start: number): string {
  const part = [...text.slice(start, start + 2 * SHOWN_CHARS)]
  const end = start + SHOWN_CHARS < text.length ? '…' : ''
  return `${start > 0 ? '…' : ''}${part.slice(0, SHOWN_CHARS).join('')}${end}`
}
