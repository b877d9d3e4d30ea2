import type { KeyTemplate } from '../../blueprint/blueprint.js'
import { type RowList, rowPart } from '../../blueprint/inputs/table.js'
import { KEY_LIMIT_CHARS, type KeyFault } from './key-fault.js'
import { KeyTable } from './key-table.js'

/** The keys of the elements of a list, or the first fault. */
export function readKeys(rows: RowList, template: KeyTemplate): KeyTable | KeyFault {
  const keys = new KeyTable()
  for (let row = 0; row < rows.length; row++) {
    const key = keyOf(rows, row, template)
    if (typeof key !== 'string') return key
    const other = keys.add(key)
    if (other !== -1) return { type: 'double', row, other, key }
  }
  return keys
}

function keyOf(rows: RowList, row: number, template: KeyTemplate): string | KeyFault {
  let key = ''
  for (const part of template) {
    if (typeof part === 'string') {
      key += part
      continue
    }
    const value = rowPart(rows, row, part.path)
    if (value === undefined || value === null || value === '') return { type: 'missing', row }
    if (typeof value === 'object') return { type: 'not text', row }
    key += String(value)
  }
  return isFit(key) ? key : { type: 'unfit', row, key }
}

/** Control characters and line separators, and halves of surrogate pairs, which no file can hold. */
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029]/u

const isFit = (key: string): boolean =>
  key.length > 0 && (key.length <= KEY_LIMIT_CHARS || [...key].length <= KEY_LIMIT_CHARS) && !UNFIT.test(key)
