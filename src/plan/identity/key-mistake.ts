import { type RowList, Table } from '../../blueprint/inputs/table.js'
import { unreachable } from '../../model/error/error.js'
import { shortened } from '../../model/text/shown-value.js'
import { KEY_LIMIT_CHARS, type KeyFault } from './key-fault.js'

/** A fault of keys in words, with the rows, and the lines of the file where they are known. */
export function keyMistake(loop: string, rows: RowList, fault: KeyFault): string {
  const row = rowOf(rows, fault.row)
  switch (fault.type) {
    case 'double':
      return `Loop "${loop}": ${rowOf(rows, fault.other)} and ${row} have the same key ${shown(fault.key)}. A key names one element: change one of the two, or take a key that differs, such as one of two columns ("\${${loop}.a}-\${${loop}.b}").`
    case 'missing':
      return `Loop "${loop}": ${row} has no key. Fill in what "key" reads, or take another key.`
    case 'not text':
      return `Loop "${loop}": the key of ${row} is a list or an object. Take a text, a number or true/false as the key.`
    case 'unfit':
      return `Loop "${loop}": the key of ${row}, ${shown(fault.key)}, does not fit. A key has 1 to ${KEY_LIMIT_CHARS} characters and no control characters.`
    default:
      return unreachable(fault)
  }
}

const shown = (key: string): string => JSON.stringify(shortened(key))

function rowOf(rows: RowList, at: number): string {
  if (!(rows instanceof Table) || rows.source === undefined) return `row ${at + 1}`
  return `row ${at + 1} (${rows.source.file}, line ${rows.lineOf(at)})`
}
