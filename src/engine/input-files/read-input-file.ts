import type { Table } from '../../blueprint/inputs/table.js'
import type { JsonValue } from '../../model/json.js'

/**
 * The value in a file, for an input of a request. The ending of its name says how it is read: `.csv`, `.tsv`,
 * `.jsonl` and `.ndjson` as a table; `.json`, `.yaml` and `.yml` as any value; every other file as text.
 *
 * A table takes about as much memory as its file, outside the heap, and is accepted wherever a list of rows is.
 * Text is UTF-8, or UTF-16 with a byte order mark.
 * @throws InputError with file and line of every mistake, also when there is no such file
 * @example
 * await engine.run({ blueprint, inputs: { rows: await readInputFile('products.csv') } })
 */
export async function readInputFile(path: string): Promise<JsonValue | Table> {
  return (await import('./read-value-file.js')).readValueFile(path)
}
