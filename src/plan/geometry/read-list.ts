import type { LoopSpec } from '../../blueprint/blueprint.js'
import { Table } from '../../blueprint/inputs/table.js'
import type { JsonValue } from '../../model/json.js'
import { KEY_LIMIT_CHARS } from '../identity/key-fault.js'
import { keyMistake } from '../identity/key-mistake.js'
import { KeyTable } from '../identity/key-table.js'
import { readKeys } from '../identity/read-keys.js'
import type { ListReading, LoopList } from './loop-lists.js'

/** Of all keys of a list as JSON: `loop.expanded` has them in one line of the log. */
const LIST_KEYS_LIMIT_BYTES = 48 * 1024 * 1024
/** A character takes up to four bytes, with quotes and a comma around all; what is escaped takes six. */
const LONGEST_KEY_BYTES = 6 * KEY_LIMIT_CHARS + 3

/** Reads the value that a loop has its list from, and checks it against the loop's limits. */
export function readList(loop: LoopSpec, value: JsonValue | Table | undefined): ListReading {
  const list = loop.type === 'over' ? elementsOf(value) : countOf(value)
  if ('fault' in list) return list
  const { length } = list
  const { max, min } = loop
  const what = loop.type === 'over' ? 'elements' : 'as its count'
  if (max !== undefined && length > max)
    return { fault: `has ${length} ${what}, and max of loop "${loop.name}" is ${max}` }
  if (min !== undefined && length < min)
    return { fault: `has ${length} ${what}, and min of loop "${loop.name}" is ${min}` }
  if (loop.type === 'count' || loop.key === undefined || list.elements === undefined) return { list }
  const keys = readKeys(list.elements, loop.key)
  if (keys instanceof KeyTable) {
    if (loop.isGrown && !fitInEvent(keys))
      return { fault: `has keys of more than ${LIST_KEYS_LIMIT_BYTES >> 20} MiB in all: take shorter ones` }
    return { list: { ...list, keys } }
  }
  return { mistake: keyMistake(loop.name, list.elements, keys) }
}

/** An event names all elements of a list that a job has made. */
function fitInEvent(keys: KeyTable): boolean {
  if (keys.count * LONGEST_KEY_BYTES <= LIST_KEYS_LIMIT_BYTES) return true
  let sizeBytes = 0
  for (let at = 0; at < keys.count; at++) sizeBytes += Buffer.byteLength(JSON.stringify(keys.at(at))) + 1
  return sizeBytes <= LIST_KEYS_LIMIT_BYTES
}

function elementsOf(value: JsonValue | Table | undefined): LoopList | { readonly fault: string } {
  if (value instanceof Table || Array.isArray(value)) return { length: value.length, elements: value }
  return { fault: 'is not a list' }
}

function countOf(value: JsonValue | Table | undefined): LoopList | { readonly fault: string } {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { length: value }
  return { fault: `is ${shownShort(value)} and must be a whole number from 0` }
}

function shownShort(value: JsonValue | Table | undefined): string {
  if (value instanceof Table) return 'a table'
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80)
}
