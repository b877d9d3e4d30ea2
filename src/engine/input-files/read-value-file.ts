import { extname } from 'node:path'
import type { Table } from '../../blueprint/inputs/table.js'
import { readYaml } from '../../blueprint/yaml/read-yaml.js'
import { parseJson } from '../../model/json/parse-json.js'
import type { JsonValue } from '../../model/json.js'
import { NotTextError } from '../../model/media/decode-text.js'
import { VALUE_LIMIT_BYTES } from '../../model/value-limits.js'
import { InputError } from '../../plan/inputs/input-error.js'
import { readTextFile, TextTooLargeError } from '../config/read-text-file.js'

/**
 * The value in a file, read as its name says: a table from .csv, .tsv, .jsonl and .ndjson, any value from
 * .json, .yaml and .yml, and the text itself from every other file.
 * @throws InputError with file and line
 */
export async function readValueFile(path: string): Promise<JsonValue | Table> {
  try {
    switch (extname(path).toLowerCase()) {
      case '.csv':
        return await (await import('./read-csv.js')).readCsv(path, ',')
      case '.tsv':
        return await (await import('./read-csv.js')).readCsv(path, '\t')
      case '.jsonl':
      case '.ndjson':
        return await (await import('./read-json-lines.js')).readJsonLines(path)
      case '.json':
        return readJson(path, await readText(path))
      case '.yaml':
      case '.yml':
        return parseYaml(path, await readText(path))
      default:
        return await readText(path)
    }
  } catch (error) {
    throw asInputError(path, error)
  }
}

const readText = (path: string): Promise<string> => readTextFile(path, VALUE_LIMIT_BYTES)

function readJson(path: string, text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    throw wrong(path, `It is not JSON: ${(error as Error).message}.`, error)
  }
}

function parseYaml(path: string, text: string): JsonValue {
  const { value, book } = readYaml(text, { file: path })
  if (!book.isEmpty) throw new InputError(book.list(), book.count)
  return value as JsonValue
}

function asInputError(path: string, error: unknown): unknown {
  if (error instanceof NotTextError) return wrong(path, error.message)
  if (error instanceof TextTooLargeError)
    return wrong(path, `${error.message} Tables of any size are read from .csv and .jsonl.`)
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof InputError || typeof code !== 'string') return error
  if (code === 'ENOENT')
    return wrong(path, 'There is no such file. To give a text that starts with @, write @@.')
  if (code === 'EISDIR') return wrong(path, 'It is a folder; give a file.')
  return wrong(path, `It cannot be read: ${(error as Error).message}.`, error)
}

function wrong(file: string, message: string, cause?: unknown): InputError {
  return new InputError([{ path: '', file, message }], 1, cause)
}
