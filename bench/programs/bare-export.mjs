// node bare-export.mjs FORMAT FILE ROWS: writes as many rows as `showrunner export` does, with the format's own writer alone.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { exportedRow } from '../support/exported-rows.mjs'

const [format, file, text] = process.argv.slice(2)
const count = Number(text)

function* rows() {
  for (let id = 0; id < count; id++) yield exportedRow(id)
}

switch (format) {
  case 'csv':
    await pipeline(Readable.from(rows()), stringify({ header: true }), createWriteStream(file))
    break
  case 'jsonl':
    await pipeline(Readable.from(jsonLines()), createWriteStream(file))
    break
  case 'parquet':
    writeParquet()
    break
  default:
    throw new Error(`There is no format ${format}.`)
}

/** Gathered, as writing each row by itself would be slow. */
function* jsonLines() {
  let lines = ''
  for (const row of rows()) {
    lines += `${JSON.stringify(row)}\n`
    if (lines.length > 65_536) {
      yield lines
      lines = ''
    }
  }
  yield lines
}

function writeParquet() {
  const names = Object.keys(exportedRow(0))
  const typeOf = (/** @type {string} */ name) => {
    const value = exportedRow(0)[name]
    if (name === 'costUsd') return { type: 'DOUBLE' }
    return typeof value === 'number' ? { type: 'INT64' } : { type: 'BYTE_ARRAY', converted_type: 'UTF8' }
  }
  const schema = [
    { name: 'root', num_children: names.length },
    ...names.map(name => ({ name, repetition_type: 'OPTIONAL', ...typeOf(name) })),
  ]
  const writer = new ParquetWriter({ writer: fileWriter(file), schema: /** @type {any} */ (schema) })
  for (let first = 0; first < count; first += 20_000) {
    const columnData = names.map(name => ({ name, data: /** @type {unknown[]} */ ([]) }))
    const size = Math.min(20_000, count - first)
    for (let id = first; id < first + size; id++) {
      const row = exportedRow(id)
      for (const { name, data } of columnData) {
        const value = row[name]
        data.push(typeof value === 'number' && name !== 'costUsd' ? BigInt(value) : value)
      }
    }
    writer.write({ columnData: /** @type {any} */ (columnData), rowGroupSize: size })
  }
  writer.finish()
}
