import type { Batch } from 'openai/resources/batches.js'
import { OPENAI_BATCH_KEPT_BYTES } from '../../model/limit.js'
import { parseJson } from '../../model/parse-json.js'
import type { OpenAiClient } from './openai-client.js'
import { type RowLine, type RowResult, rowResult } from './row-result.js'
import { type Steadiness, steadily } from './steady-call.js'

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
  const take = (line: string) => {
    const row = parseJson(line) as unknown as RowLine
    if (!wanted.has(row.custom_id) && keptBytes + line.length > OPENAI_BATCH_KEPT_BYTES) {
      areAllKept = false
      return
    }
    if (!rows.has(row.custom_id)) keptBytes += line.length
    rows.set(row.custom_id, rowResult(row))
  }
  for (const fileId of [batch.output_file_id, batch.error_file_id]) {
    if (!fileId) continue
    await steadily(async () => {
      const response = await client.files.content(fileId)
      if (response.body !== null) for await (const line of linesOf(response.body)) take(line)
    }, steadiness)
  }
  return { rows, areAllKept }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line.trim() !== '') yield line
  }
  if (rest.trim() !== '') yield rest
}
