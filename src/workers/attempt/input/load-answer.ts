import pLimit from 'p-limit'
import { isBlobRef } from '../../../model/blob-ref.js'
import type { JsonValue } from '../../../model/json.js'
import type { AnswerOutputs, BlobRef } from '../../../model/movie/event.js'
import type { OutputRequest } from '../../../model/provider/provider.js'
import { JOB_BLOB_CONCURRENCY } from '../output/blob-access.js'
import { decodeValue } from './load-inputs.js'

/** An answer as it is read: its large texts and JSON come from the store, its files stay references. */
export async function loadAnswer(
  requested: Readonly<Record<string, OutputRequest>>,
  outputs: AnswerOutputs,
  read: (blob: BlobRef) => Promise<Uint8Array>,
): Promise<AnswerOutputs> {
  const limit = pLimit(JOB_BLOB_CONCURRENCY)
  const loaded = async (value: JsonValue | BlobRef): Promise<JsonValue> =>
    isBlobRef(value) ? await limit(async () => decodeValue(await read(value), value)) : value
  const values = Object.entries(outputs).map(async ([output, value]) => {
    const isFile = requested[output]?.type.includes('/') === true
    if (isFile) return [output, value] as const
    const isSpread = requested[output]?.count !== undefined && Array.isArray(value)
    return [output, await (isSpread ? Promise.all(value.map(loaded)) : loaded(value as JsonValue))] as const
  })
  return Object.fromEntries(await Promise.all(values))
}
