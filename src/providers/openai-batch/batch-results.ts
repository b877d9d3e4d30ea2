import type { Batch } from 'openai/resources/batches.js'
import { parseJson } from '../../model/json/parse-json.js'
import { isJsonObject } from '../../model/json.js'
import { decodeText } from '../../model/media/decode-text.js'
import { ProviderError } from '../../model/provider/provider-error.js'
import { steadilyUnlessGone } from './batch-gone-error.js'
import type { OpenAiClient } from './openai-client.js'
import { type RowLine, type RowResult, rowResult } from './row/row-result.js'
import type { Steadiness } from './steady-call.js'

/** Answers of one finished batch that a thread keeps, for jobs that ask later; more are downloaded again. */
const OPENAI_BATCH_KEPT_BYTES = 16 * 1024 * 1024

export interface BatchResults {
  readonly rows: ReadonlyMap<string, RowResult>
  /** False when rows that nobody waited for were left out, because all of them are too many to keep. */
  readonly areAllKept: boolean
}

/** Reads the files of a batch that has ended: all rows that are `wanted`, and others as far as they are small. */
export async function downloadResults(
  client: OpenAiClient,
  batch: Batch,
  wanted: ReadonlySet<string>,
  steadiness: Steadiness,
): Promise<BatchResults> {
  const rows = new Map<string, RowResult>()
  let keptBytes = 0
  let areAllKept = true
  const take = ({ text: line, isText }: Line) => {
    const row = rowOf(line)
    if (row === undefined) return
    if (!wanted.has(row.custom_id) && keptBytes + line.length > OPENAI_BATCH_KEPT_BYTES) {
      areAllKept = false
      return
    }
    if (!rows.has(row.custom_id)) keptBytes += line.length
    rows.set(row.custom_id, isText ? rowResult(row) : noText(line))
  }
  for (const fileId of [batch.output_file_id, batch.error_file_id]) {
    if (!fileId) continue
    const read = async () => {
      const response = await client.files.content(fileId)
      if (response.body !== null) for await (const line of linesOf(response.body)) take(line)
    }
    await steadilyUnlessGone(`The file ${fileId} of the batch ${batch.id}`, read, steadiness)
  }
  return { rows, areAllKept }
}

/** Undefined for what is no row: its request has no answer, and goes the way of those without one. */
function rowOf(line: string): RowLine | undefined {
  try {
    const row = parseJson(line)
    return isJsonObject(row) && typeof row.custom_id === 'string' ? (row as unknown as RowLine) : undefined
  } catch {
    return undefined
  }
}

const noText = (answer: string): RowResult => ({
  state: 'refused',
  error: new ProviderError('bug', 'The line of the request in the answers of the batch is not UTF-8 text.', {
    answer,
  }),
})

interface Line {
  readonly text: string
  readonly isText: boolean
}

const LINE_END = 0x0a

/** Lines without the empty ones. Split as bytes, so that a line that is no text spoils no other. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  for await (const chunk of body) {
    let start = 0
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, start)) {
      const line = lineOf([...parts, chunk.subarray(start, end)])
      parts = []
      start = end + 1
      if (line.text.trim() !== '') yield line
    }
    parts.push(chunk.subarray(start))
  }
  const last = lineOf(parts)
  if (last.text.trim() !== '') yield last
}

function lineOf(parts: readonly Uint8Array[]): Line {
  const bytes = Buffer.concat(parts)
  try {
    return { text: decodeText(bytes), isText: true }
  } catch {
    return { text: bytes.toString('utf8'), isText: false }
  }
}
