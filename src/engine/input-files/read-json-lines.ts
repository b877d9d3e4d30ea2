import { INPUT_VALUE_LIMIT, PLAN_JOB_LIMIT } from '../../blueprint/blueprint-limits.js'
import type { Table } from '../../blueprint/inputs/table.js'
import { TableBuilder } from '../../blueprint/inputs/table-builder.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { plainJson } from '../../diagnostics/plain-json.js'
import { parseJson } from '../../model/json/parse-json.js'
import { JSON_NESTING_LIMIT, VALUE_LIMIT_BYTES } from '../../model/value-limits.js'
import { InputError } from '../../plan/inputs/input-error.js'
import { checkedLines } from './text-chunks.js'

/**
 * Reads one JSON value a line; empty lines are left out.
 * @throws InputError with file and line of every line that is not JSON
 */
export async function readJsonLines(path: string): Promise<Table> {
  const builder = new TableBuilder()
  const book = new MistakeBook(path)
  let line = 0
  for await (const text of checkedLines(path, VALUE_LIMIT_BYTES)) {
    line++
    const add = (message: string) => book.addAt({ line, column: 1 }, [], message)
    if (text === undefined) {
      add(`The line has more than ${VALUE_LIMIT_BYTES} characters.`)
      break
    }
    if (text.trim() === '') continue
    if (builder.rowCount >= PLAN_JOB_LIMIT) {
      add(`There are more than ${PLAN_JOB_LIMIT} rows. Split the table.`)
      break
    }
    const parsed = parseLine(text)
    if ('fault' in parsed) {
      add(`It is not JSON: ${parsed.fault}.`)
      if (line === 1 && text.trim() === '[') add('A list that spans several lines is read from a .json file.')
      continue
    }
    const value = plainJson(parsed.value, [], {
      nestingLimit: JSON_NESTING_LIMIT,
      valueLimit: INPUT_VALUE_LIMIT,
      report: (at, message) => add(at.length === 0 ? message : `${at.join('.')}: ${message}`),
    })
    if (value !== undefined) builder.addValue(value, line)
  }
  if (!book.isEmpty) throw new InputError(book.list(), book.count)
  return builder.build({ file: path, format: 'jsonl' })
}

function parseLine(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: parseJson(text) }
  } catch (error) {
    return { fault: (error as Error).message }
  }
}
