import pLimit from 'p-limit'
import { isBlobRef } from '../../../model/blob-ref.js'
import type { JsonValue } from '../../../model/json.js'
import type { AnswerOutputs, BlobRef } from '../../../model/movie/event.js'
import type { Feedback } from '../../../model/provider/feedback.js'
import type { OutputRequest } from '../../../model/provider/provider.js'
import { JOB_BLOB_CONCURRENCY } from '../output/blob-access.js'
import { decodeValue } from './load-inputs.js'

/** What an attempt is told of rejected answers: large texts and JSON are read from the store, files stay references. */
export async function loadFeedback(
  requested: Readonly<Record<string, OutputRequest>>,
  feedback: readonly Feedback[],
  read: (blob: BlobRef) => Promise<Uint8Array>,
): Promise<readonly Feedback[]> {
  const limit = pLimit(JOB_BLOB_CONCURRENCY)
  const loaded = async (value: JsonValue | BlobRef): Promise<JsonValue> =>
    isBlobRef(value) ? await limit(async () => decodeValue(await read(value), value)) : value
  return await Promise.all(
    feedback.map(async entry => {
      if (entry.outputs === undefined) return entry
      const values = Object.entries(entry.outputs).map(async ([output, value]) => {
        const isFile = requested[output]?.type.includes('/') === true
        if (isFile) return [output, value] as const
        return [output, await (isList(value) ? Promise.all(value.map(loaded)) : loaded(value))] as const
      })
      return { ...entry, outputs: Object.fromEntries(await Promise.all(values)) }
    }),
  )
}

const isList = (value: AnswerOutputs[string]): value is readonly (JsonValue | BlobRef)[] =>
  Array.isArray(value)
